"""How a page's link looks where it is shared, and tags to paste; for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from og_edge.link_previews.inspection import Inspection, Inspector
from og_edge.link_previews.platforms import BY_ID, PLATFORMS
from og_edge.link_previews.report import report_on
from og_edge.tags import TagReader
from og_edge.templates import TemplateCatalog
from og_edge.throttle import Limit, Throttle, household
from og_edge.web.debugger_view import Sheet, TagForm, typed_url
from og_edge.web.errors import BusyError
from og_edge.web.routing import Access, page
from og_edge.web.security import is_part_of_another_site
from og_edge.web.throttling import OWNERS, admit
from og_edge.web.visit import Visit
from og_service.status import RemoteError
from og_urls.page_url import UrlNotAllowedError, parse_page_url

STRANGERS: Final = (Limit(10, 60), Limit(100, 3_600))
"""Looks of one address."""
MAX_LOOKS: Final = 8
"""At the same time in this process; each holds a few MB for some seconds."""
LOOK_TIMEOUT_S: Final = 13.0
BUSY_RETRY_S: Final = 5


class DebuggerPages:
    """Looks at pages as crawlers do, and writes tags."""

    def __init__(
        self,
        inspector: Inspector,
        catalog: TemplateCatalog,
        tags: TagReader,
        loopback_targets: frozenset[str],
    ) -> None:
        self._inspector = inspector
        self._catalog = catalog
        self._tags = tags
        self._loopback_targets = loopback_targets
        self._strangers, self._owners = Throttle(STRANGERS), Throttle(OWNERS)
        self._looks = 0

    @page("GET", "/debugger", access=Access.PUBLIC)
    async def debugger(self, visit: Visit) -> Response:
        """Ask for a page, and show how its link looks on each platform."""
        typed = visit.query.get("url", "").strip()
        crawler = BY_ID.get(visit.query.get("as", ""))
        context: dict[str, Any] = {
            "typed": typed,
            "crawler": crawler,
            "platforms": PLATFORMS,
        }
        # A picture on a busy page could else have all its visitors ask us for a page of others.
        if not typed or is_part_of_another_site(visit.request.headers):
            return visit.page("debugger/start.html", **context)
        try:
            url = parse_page_url(typed_url(typed), loopback_targets=self._loopback_targets)
            inspection = await self._look(visit, url.href, crawler.user_agent if crawler else "")
        except UrlNotAllowedError as error:
            return _again(visit, str(error), context)
        except RemoteError as error:
            if error.reason != "URL_NOT_ALLOWED":
                raise
            return _again(visit, error.message, context)
        sheet = Sheet.of(report_on(inspection), self._tags, url.href)
        return visit.page("debugger/report.html", sheet=sheet, **context)

    @page("GET", "/debugger/tags", access=Access.PUBLIC)
    async def tag_generator(self, visit: Visit) -> Response:
        """Write the tags of a card for the framework that is chosen."""
        templates = sorted((await self._catalog.all()).values(), key=lambda it: it.template_id)
        form = TagForm.of(visit.query, self._loopback_targets)
        return visit.page(
            "debugger/tags.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if form.error else HTTPStatus.OK,
            form=form,
            snippets=form.snippets(visit.base_url),
            templates=templates,
        )

    async def _look(self, visit: Visit, url: str, user_agent: str) -> Inspection:
        self._admit(visit)
        if self._looks >= MAX_LOOKS:
            raise BusyError("Too many pages are being looked at. Try again.", BUSY_RETRY_S)
        self._looks += 1
        try:
            timeout_s = visit.deadline.remaining_s(LOOK_TIMEOUT_S)
            return await self._inspector.inspect(url, user_agent, timeout_s)
        finally:
            self._looks -= 1

    def _admit(self, visit: Visit) -> None:
        text = "That was a lot of pages at once. Wait a little"
        if visit.session is not None:
            admit(self._owners, visit.account.account_id, f"{text}.")
        else:
            address = household(visit.browser.client_address)
            admit(self._strangers, address, f"{text}, or sign in to look at more.")


def _again(visit: Visit, error: str, context: Mapping[str, Any]) -> Response:
    return visit.page(
        "debugger/start.html", HTTPStatus.UNPROCESSABLE_ENTITY, errors={"url": error}, **context
    )
