"""The history of an account: what was drawn, from what, and what is to become of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from og_edge.errors import ApiError, NotFoundError
from og_edge.history import SCAN_ROWS_MAX, Record
from og_edge.options import CardSize
from og_edge.own_cards import Visitor
from og_edge.past_cards import PastCards
from og_edge.payers import PayerNames, Payers
from og_edge.snippets import SITE_ID_PLACEHOLDER, curl_line, snippets
from og_edge.templates import TemplateCatalog
from og_edge.web.errors import PageNotFoundError
from og_edge.web.history_query import DASHBOARD, HistoryQuery
from og_edge.web.history_view import HISTORY_PATH, ai_words, field_rows, item_of
from og_edge.web.routing import page
from og_edge.web.visit import Visit
from og_plans import PRICES

PAGE_CARDS: Final = 24
_ONE: Final = "/dashboard/history/{generation_id}"


class HistoryPages:
    """The list, each generation, and its card."""

    def __init__(self, past_cards: PastCards, payers: Payers, catalog: TemplateCatalog) -> None:
        self._past_cards = past_cards
        self._payers = payers
        self._catalog = catalog

    @page("GET", "/dashboard/history")
    async def overview(self, visit: Visit) -> Response:
        """List generations, newest first."""
        account_id = visit.account.account_id
        asked = HistoryQuery.read(visit.query)
        found, names, templates = await asyncio.gather(
            self._past_cards.page(account_id, asked.wanted, asked.after, PAGE_CARDS),
            self._payers.names(account_id, visit.deadline),
            self._catalog.all(),
        )
        return visit.page(
            "history/list.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if asked.errors else HTTPStatus.OK,
            errors=asked.errors,
            asked=asked,
            items=[item_of(record, names) for record in found.records],
            newest=asked.path() if asked.after else "",
            older=asked.path(found.next) if found.next else "",
            looked_until=found.looked_until,
            scan_rows=SCAN_ROWS_MAX,
            templates=[("", "Any"), *((each, each) for each in templates)],
            payers=_payer_options(names),
        )

    @page("GET", _ONE)
    async def one(self, visit: Visit) -> Response:
        """Show one generation."""
        return await self._shown(visit, await self._record(visit))

    @page("GET", f"{_ONE}/card")
    async def card(self, visit: Visit) -> Response:
        """Give the card as it is now, to its owner only."""
        record = await self._record(visit)
        headers = {
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": visit.request_id,
        }
        if record.digest and visit.request.headers.get("if-none-match") == _etag(record.digest):
            headers["ETag"] = _etag(record.digest)
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        picture = await self._past_cards.picture(record)
        if picture is None:
            raise PageNotFoundError
        headers["ETag"] = _etag(picture.digest)
        return Response(picture.data, headers=headers, media_type=picture.media_type)

    @page("POST", f"{_ONE}/regenerate")
    async def regenerate(self, visit: Visit) -> Response:
        """Draw the card anew, for what a new one costs."""
        record = await self._record(visit)
        visitor = Visitor(visit.session_token, visit.browser.client_address)
        account_id, deadline = visit.account.account_id, visit.deadline
        try:
            made = await self._past_cards.regenerate(
                visitor, account_id, record.generation.generation_id, deadline
            )
        except ApiError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            return await self._shown(visit, record, problem=error.message, status=error.status)
        charged = made.answer.charged_credits
        unit = "credit" if charged == 1 else "credits"
        return visit.redirect(
            f"{HISTORY_PATH}/{made.generation_id}", f"The card was drawn anew for {charged} {unit}."
        )

    @page("POST", f"{_ONE}/delete")
    async def delete(self, visit: Visit) -> Response:
        """Forget the card."""
        record = await self._record(visit)
        generation_id = record.generation.generation_id
        await self._past_cards.delete(visit.account.account_id, generation_id)
        return visit.redirect(
            f"{HISTORY_PATH}/{generation_id}", "The card is deleted. Nobody is served it any more."
        )

    @page("POST", f"{_ONE}/block")
    async def block(self, visit: Visit) -> Response:
        """Forget the card, and have it drawn no more."""
        record = await self._record(visit)
        generation_id = record.generation.generation_id
        await self._past_cards.block(visit.account.account_id, generation_id)
        return visit.redirect(
            f"{HISTORY_PATH}/{generation_id}",
            "The card is deleted and blocked. Whoever asks for it gets an error, free of charge.",
        )

    @page("POST", f"{_ONE}/unblock")
    async def unblock(self, visit: Visit) -> Response:
        """Let the card be drawn again."""
        record = await self._record(visit)
        generation_id = record.generation.generation_id
        await self._past_cards.unblock(visit.account.account_id, generation_id)
        return visit.redirect(
            f"{HISTORY_PATH}/{generation_id}",
            "The block is lifted. The next request for the card draws it.",
        )

    async def _record(self, visit: Visit) -> Record:
        try:
            return await self._past_cards.record(
                visit.account.account_id, visit.path["generation_id"]
            )
        except NotFoundError:
            raise PageNotFoundError from None

    async def _shown(
        self, visit: Visit, record: Record, *, problem: str = "", status: int = HTTPStatus.OK
    ) -> Response:
        names = await self._payers.names(visit.account.account_id, visit.deadline)
        item = item_of(record, names)
        price, why_not, tag, curl = 0, "", "", ""
        site_id = _site_for(record, names)
        try:
            price = await self._past_cards.regeneration_credits(record)
            request = self._past_cards.request(record)
        except ApiError as error:
            why_not = error.message
        else:
            of_site = replace(request, site_id=site_id)
            tag = snippets(of_site, visit.base_url, title=item.title)[0].code
            curl = curl_line(request, visit.base_url)
        return visit.page(
            "history/one.html",
            status,
            item=item,
            record=record,
            generation=record.generation,
            pixels=CardSize(str(record.generation.options.get("size", CardSize.WIDE))).pixels,
            fields=field_rows(record),
            by_kind=names.kind(record.generation.payer_id),
            ai=ai_words(record.generation.ai_status),
            price=price or PRICES.generation_credits,
            why_not=why_not,
            problem=problem,
            tag=tag,
            curl=curl,
            has_site=site_id != SITE_ID_PLACEHOLDER,
        )


def _etag(digest: str) -> str:
    return f'"{digest}"'


def _site_for(record: Record, names: PayerNames) -> str:
    """Give the id of the site whose tag may name the card, or what stands for one."""
    host = urlsplit(record.generation.page_url).netloc  # with a port only for sites that have one
    of_page = [site.site_id for site in names.sites if site.names(host)]
    by = record.generation.payer_id
    if by in of_page:
        return by
    return of_page[0] if of_page else SITE_ID_PLACEHOLDER


def _payer_options(names: PayerNames) -> list[tuple[str, str]]:
    return [("", "Anything"), (DASHBOARD, names.of("")), *names.names.items()]
