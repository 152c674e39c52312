"""Dashboard → Playground."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from og_edge.card_request import CardRequest
from og_edge.card_url import card_url
from og_edge.drawing import TITLE, Drawing
from og_edge.errors import ApiError, PageNotHtmlError, PageUnreachableError
from og_edge.examples_endpoint import example_path
from og_edge.options import CardSize, ImageFormat, Mode, Theme
from og_edge.own_cards import OwnCards, Visitor
from og_edge.playground import OMIT_PREFIX, Origin, Play, Playground, values_of
from og_edge.query import split_query
from og_edge.ready_tags import ReadyTags, is_loopback
from og_edge.sites import Site, Sites
from og_edge.snippets import curl_line, snippets
from og_edge.templates import FieldKind
from og_edge.web.routing import page
from og_edge.web.visit import Visit

PLAYGROUND_PATH: Final = "/dashboard/playground"
HISTORY_PATH: Final = "/dashboard/history"
KIND_WORDS: Final = {
    FieldKind.TEXT: "text",
    FieldKind.DATE: "day",
    FieldKind.PRICE: "price",
    FieldKind.RATING: "rating",
    FieldKind.IMAGE: "picture's URL",
    FieldKind.CODE: "code",
    FieldKind.LIST: "one a line",
    FieldKind.COUNT: "number",
    FieldKind.DURATION: "duration",
    FieldKind.TIME: "time",
}
_ENUMS: Final = {"theme": Theme, "size": CardSize, "format": ImageFormat, "mode": Mode}


class PlaygroundPages:
    """Any page in any template, drawn while it is typed."""

    def __init__(self, tags: ReadyTags, own_cards: OwnCards, sites: Sites) -> None:
        self._tags = tags
        self._playground = Playground(tags)
        self._own_cards = own_cards
        self._sites = sites

    @page("GET", PLAYGROUND_PATH)
    async def play(self, visit: Visit) -> Response:
        """Show every option there is, and with preview=1 the card."""
        sites = await self._own_sites(visit)
        play = await self._read(visit.query, sites)
        site = sites.get(play.site_id)
        if site is not None and "apply" in visit.query:
            preferred = site.card_defaults.template_id or play.template.template_id
            template = await self._tags.template(preferred)
            play = play.dressed(site.card_defaults, template)
        result = await self._result(visit, play, sites, draws="preview" in visit.query)
        return await self._page(visit, play, sites, result)

    @page("POST", f"{PLAYGROUND_PATH}/preview")
    async def preview(self, visit: Visit) -> Response:
        """Draw the card of a form; the part of the page that shows it."""
        sites = await self._own_sites(visit)
        play = await self._read(visit.form, sites)
        result = await self._result(visit, play, sites, draws=True)
        return visit.page("playground/result.html", play=play, **result)

    @page("POST", f"{PLAYGROUND_PATH}/generate")
    async def generate(self, visit: Visit) -> Response:
        """Make the card for real, and show what became of it."""
        sites = await self._own_sites(visit)
        play = await self._read(split_query(visit.form.get("state", "").encode()), sites)
        try:
            request = self._playground.request(play)
            made = await self._own_cards.generate(_visitor(visit), request, visit.deadline)
        except ApiError as error:
            result = await self._result(visit, play, sites, draws=False)
            return await self._page(visit, play, sites, result | _refused(error))
        charged = made.answer.charged_credits
        cost = f"{charged} credit{'' if charged == 1 else 's'}"
        word = "The card was cached" if made.answer.hit else "The card is made"
        return visit.redirect(f"{HISTORY_PATH}/{made.generation_id}", f"{word}: {cost}.")

    async def _own_sites(self, visit: Visit) -> Mapping[str, Site]:
        sites = await self._sites.of(visit.account.account_id, visit.deadline)
        return {site.site_id: site for site in sites}

    async def _read(self, given: Mapping[str, str], sites: Mapping[str, Site]) -> Play:
        loopback = {site.domain for site in sites.values() if is_loopback(site)}
        play = await self._playground.read(given, loopback)
        return play if play.site_id in sites else replace(play, site_id="")

    async def _page(
        self, visit: Visit, play: Play, sites: Mapping[str, Site], result: Mapping[str, Any]
    ) -> Response:
        return visit.page(
            "playground/playground.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if result["fault"] else HTTPStatus.OK,
            play=play,
            sites=sites.values(),
            templates=await self._tags.templates(),
            options={name: [it.value for it in kind] for name, kind in _ENUMS.items()},
            kind_words=KIND_WORDS,
            long_kinds={FieldKind.CODE, FieldKind.LIST},
            omit=OMIT_PREFIX,
            example_path=example_path,
            **result,
        )

    async def _result(
        self, visit: Visit, play: Play, sites: Mapping[str, Site], *, draws: bool
    ) -> dict[str, Any]:
        """Draw what was asked for, and write what to copy; what is wrong is said in words."""
        result: dict[str, Any] = {
            "site": sites.get(play.site_id),
            "card": None,
            "title": "",
            "picture": "",
            "values": (),
            "origins": Origin,
            "example": _example_of(play),
            "fault": "",
        }
        if not play.url:
            return result
        try:
            request = self._playground.request(play)
            result |= await self._to_copy(visit, request)
            if draws:
                visitor = _visitor(visit)
                drawing = await self._own_cards.preview(visitor, request, visit.deadline)
                title = drawing.texts.get(TITLE, "")
                result |= {
                    "title": title,
                    "tag": _tag(request, visit.base_url, title),
                    "picture": _data_url(drawing, request),
                    "values": values_of(drawing, play),
                }
        except ApiError as error:
            result |= _refused(error)
        return result

    async def _to_copy(self, visit: Visit, request: CardRequest) -> Mapping[str, Any]:
        account_id = visit.account.account_id
        return {
            "card": request,
            "card_url": card_url(request, visit.base_url),
            "tag": _tag(request, visit.base_url),
            "curl": curl_line(request, visit.base_url),
            "cost": await self._own_cards.cost_credits(account_id, request),
        }


def _words(error: ApiError) -> str:
    """Say what was wrong with what was asked for; raises error where we failed."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error
    return error.message


def _refused(error: ApiError) -> dict[str, Any]:
    """Say what was wrong; of a page that cannot be read no card is offered, as none can be made."""
    fault: dict[str, Any] = {"fault": _words(error)}
    cannot_be_read = isinstance(error, (PageUnreachableError, PageNotHtmlError))
    return {**fault, "card": None} if cannot_be_read else fault


def _tag(request: CardRequest, base_url: str, title: str = "") -> str:
    return snippets(request, base_url, title=title)[0].code


def _example_of(play: Play) -> str:
    """Give the path of a picture that shows the template, until a page's address is typed."""
    theme = (play.choices or {}).get("theme", "")
    known = f"?theme={theme}" if theme in set(Theme) else ""
    return f"{example_path(play.template.template_id)}{known}"


def _visitor(visit: Visit) -> Visitor:
    return Visitor(visit.session_token, visit.browser.client_address)


def _data_url(drawing: Drawing, request: CardRequest) -> str:
    data = base64.b64encode(drawing.image).decode()
    return f"data:{request.format.media_type};base64,{data}"
