"""All pages as one: who may have which, and what becomes of failures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from og_edge import request_spans
from og_edge.body_watch import MAX_BODY_BYTES
from og_edge.card_path import API_PATH
from og_edge.client_address import client_address
from og_edge.deadline import Deadline
from og_edge.errors import NotFoundError
from og_edge.identities import Browser, Sessions
from og_edge.request_ids import new_request_id
from og_edge.responses import error_response
from og_edge.under_way import UnderWay
from og_edge.web import failures
from og_edge.web.errors import FormRefusedError, PageNotFoundError
from og_edge.web.forms import MAX_FORM_BYTES, parse_form, read_body
from og_edge.web.rendering import Renderer
from og_edge.web.routing import Access, Handler, Page, pages_of
from og_edge.web.security import (
    CSRF_FIELD,
    CSRF_HEADER,
    Cookies,
    insisting_on_tls,
    is_csrf_token,
    is_own_origin,
)
from og_edge.web.statics import STATIC_PATH, Statics
from og_edge.web.visit import MAX_USER_AGENT_CHARS, Visit
from og_service import context, tracing
from og_service.postgres import StoreAwayError
from og_service.status import RemoteError

log = structlog.get_logger()
Answer = Callable[[Request], Awaitable[Response]]

PAGE_BUDGET_S: Final = 15.0
"""For a page and all it calls; drawing a card takes at most half of it."""
SESSION_TIMEOUT_S: Final = 2.0
SIGN_IN_PATH: Final = "/login"
NOTHING_HERE: Final = f"Nothing is here. Cards are at {API_PATH}."


class Website:
    """Answers what people's browsers ask; no input and no failure makes it raise."""

    def __init__(
        self,
        pages: Sequence[object],
        sessions: Sessions,
        under_way: UnderWay,
        *,
        base_url: str,
        trusted_proxies: int,
    ) -> None:
        statics = Statics()
        self._renderer = Renderer(statics.url)
        self._sessions = sessions
        self._under_way = under_way
        self._base_url = base_url
        self._trusted_proxies = trusted_proxies
        self._cookies = Cookies(base_url)
        answers: dict[str, dict[str, Answer]] = {}
        for group in pages:
            for page in pages_of(type(group)):
                answer = partial(self._respond, page, getattr(group, page.name))
                answers.setdefault(page.path, {})[page.method] = answer
        for path in only_posted(pages):
            answers[path]["GET"] = _to_what_has_the_form
        routes = [Route(f"{STATIC_PATH}/{{name:path}}", statics.respond, methods=["GET"])]
        routes += [
            Route(path, partial(_by_method, methods), methods=list(methods))
            for path, methods in answers.items()
        ]
        self._router = Router(routes, redirect_slashes=False, default=self._nothing_here)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        await self._router(scope, receive, insisting_on_tls(send, self._base_url))

    async def _nothing_here(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if "text/html" in request.headers.get("accept", ""):
            page = Page("GET", scope["path"], Access.PUBLIC, "")
            response = await self._respond(page, _not_found, request)
        else:
            headers = {"X-Request-Id": new_request_id()}
            response = error_response(NotFoundError(NOTHING_HERE), headers)
        await response(scope, receive, send)

    async def _respond(self, page: Page, handler: Handler, request: Request) -> Response:
        """Give a page, or one that says what went wrong, within PAGE_BUDGET_S."""
        visit = self._visit(request)
        context.request_id.set(visit.request_id)
        if page.name:
            request_spans.name(tracing.current(), page.method, page.path)
        try:
            async with asyncio.timeout(PAGE_BUDGET_S):
                with self._under_way:
                    response = await self._answer(page, handler, visit)
        except Exception as failure:  # noqa: BLE001 - each becomes a page
            response = self._failed(page, visit, failure)
        _note(page, visit, response.status_code)
        return response

    async def _answer(self, page: Page, handler: Handler, visit: Visit) -> Response:
        if page.access is Access.MACHINE:
            visit.body = await read_body(visit.request, MAX_BODY_BYTES)
            return await handler(visit)
        await self._recognise(page, visit)
        if page.access is Access.SIGNED_IN and visit.session is None:
            return self._to_sign_in(page, visit)
        if page.method == "POST":
            visit.form = parse_form(await read_body(visit.request, MAX_FORM_BYTES))
            self._check_form(visit)
        return await handler(visit)

    async def _recognise(self, page: Page, visit: Visit) -> None:
        """Find out who is signed in; a page for everybody does without, if auth is away."""
        token = visit.session_token
        if not token:
            return
        try:
            with visit.deadline.step(SESSION_TIMEOUT_S) as step:
                visit.session = await self._sessions.session(token, step.timeout_s)
        except (RemoteError, TimeoutError):
            if page.access is not Access.PUBLIC or page.method == "POST":
                raise
            log.warning("who is signed in is not known")

    def _check_form(self, visit: Visit) -> None:
        """Raise FormRefusedError for a form that is not one of ours."""
        headers = visit.request.headers
        token = headers.get(CSRF_HEADER) or visit.form.get(CSRF_FIELD, "")
        secrets = [self._cookies.form_secret(visit.request)]
        if visit.session is not None:
            secrets.append(visit.session_token)
        if not is_own_origin(headers, self._base_url):
            raise FormRefusedError
        if not any(is_csrf_token(token, secret) for secret in secrets):
            raise FormRefusedError

    def _to_sign_in(self, page: Page, visit: Visit) -> Response:
        """Send to where one signs in, and back to the page afterwards."""
        url = visit.request.url
        wanted = f"{url.path}?{url.query}" if url.query else url.path
        back = f"?next={quote(wanted, safe='')}" if page.method == "GET" else ""
        response = visit.redirect(f"{SIGN_IN_PATH}{back}")
        if visit.session_token:
            self._cookies.set_session(response, "")
        return response

    def _failed(self, page: Page, visit: Visit, failure: Exception) -> Response:
        said = failures.as_page(failure)
        if failures.is_ours(failure):
            expected = isinstance(failure, RemoteError | StoreAwayError | TimeoutError)
            log.error(
                "page failed",
                method=page.method,
                path=page.path,
                cause=repr(failure),
                exc_info=None if expected else failure,
            )
        response = visit.page("error.html", said.status, error=said)
        response.headers["Cache-Control"] = "no-store"
        if said.retry_after_s is not None:
            response.headers["Retry-After"] = str(said.retry_after_s)
        return response

    def _visit(self, request: Request) -> Visit:
        peer = request.client.host if request.client else ""
        forwarded_for = request.headers.getlist("x-forwarded-for")
        return Visit(
            request=request,
            request_id=new_request_id(),
            deadline=Deadline.after(PAGE_BUDGET_S),
            browser=Browser(
                client_address(peer, forwarded_for, self._trusted_proxies),
                request.headers.get("user-agent", "")[:MAX_USER_AGENT_CHARS],
            ),
            renderer=self._renderer,
            cookies=self._cookies,
            base_url=self._base_url,
        )


def _note(page: Page, visit: Visit, status: int) -> None:
    """Log who did what, for whoever has to find out later; nothing that was typed is in it."""
    tell = log.info if page.method == "POST" else log.debug
    tell(
        "page",
        method=page.method,
        path=page.path,
        status=status,
        account_id=visit.session.owner.account_id if visit.session else "",
        client_address=visit.browser.client_address,
    )


def only_posted(pages: Sequence[object]) -> Iterator[str]:
    """List the paths that take a form and show nothing."""
    every = [page for group in pages for page in pages_of(type(group))]
    shown = {page.path for page in every if page.method == "GET"}
    for page in every:
        if page.method == "POST" and page.access is not Access.MACHINE and page.path not in shown:
            yield page.path


async def _by_method(answers: Mapping[str, Answer], request: Request) -> Response:
    method = "GET" if request.method == "HEAD" else request.method
    return await answers[method](request)


async def _to_what_has_the_form(request: Request) -> Response:
    """Send on who opens the address of a form again: it stands after a form with a mistake."""
    above = request.url.path.rpartition("/")[0]
    return RedirectResponse(above or "/", HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


async def _not_found(_: Visit) -> Response:
    raise PageNotFoundError
