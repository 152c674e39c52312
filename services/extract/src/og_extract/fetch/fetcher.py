from __future__ import annotations

import asyncio

import httpcore
import httpx

from og_extract.allowance import Allowance
from og_extract.fetch import bodies
from og_extract.fetch.answers import REFUSALS, Fetched, make_answer
from og_extract.fetch.pauses import Pauses
from og_extract.fetch.trail import Trail
from og_extract.fetch.transport import GuardedTransport
from og_extract.fetch.wanted import (
    DeadlineError,
    FetchError,
    IgnoredAddressError,
    PausedError,
    TooLargeError,
    TooManyRedirectsError,
    UnwantedTypeError,
    Wanted,
)
from og_extract.limits import MAX_REDIRECTS
from og_service import tracing
from og_service.tracing import SpanKind
from og_urls import PageUrl, UrlNotAllowedError, parse_page_url, resolve_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304
MAX_LENGTH_DIGITS = 18


class Fetcher:
    """Fetches public URLs, following redirects by hand so that each hop is checked."""

    def __init__(
        self,
        transport: GuardedTransport,
        pauses: Pauses,
        user_agent: str,
        loopback_targets: frozenset[str],
    ) -> None:
        self._transport = transport
        self._user_agent = user_agent
        self._loopback_targets = loopback_targets
        self._pauses = pauses

    async def fetch(
        self,
        url: PageUrl,
        wanted: Wanted,
        allowance: Allowance,
        known: Fetched | None = None,
        trail: Trail | None = None,
    ) -> Fetched:
        """Fetch a URL. What is known of it already is given back where its server confirms it.

        Every answer on the way is noted in the trail, also where the fetch fails in the end.

        Raises FetchError and its kinds, ExtractQueueFullError.
        """
        try:
            # The deadline of the whole fetch stands for timeouts of its parts.
            async with asyncio.timeout_at(allowance.end):
                url, redirects, response = await self._follow(url, wanted, known, trail)
            try:
                is_confirmed = response.status_code == NOT_MODIFIED and _conditions(url, known)
                if known is not None and is_confirmed:
                    return known.confirmed(response.headers, redirects)
                _check(response, wanted)
                if response.is_success:
                    body, is_partial = await bodies.whole(response, wanted, allowance)
                else:
                    body, is_partial = await bodies.refusal(response, wanted, allowance), False
                return make_answer(
                    url,
                    redirects,
                    response.status_code,
                    response.headers,
                    body,
                    is_partial=is_partial,
                )
            finally:
                await response.aclose()
        except TimeoutError:
            raise DeadlineError from None
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
            httpx.HTTPError,
            httpx.InvalidURL,
            OSError,
        ) as error:
            raise FetchError(f"{type(error).__name__}: {error}") from None

    async def _follow(
        self, url: PageUrl, wanted: Wanted, known: Fetched | None, trail: Trail | None
    ) -> tuple[PageUrl, int, httpx.Response]:
        cookies = httpx.Cookies()  # what one redirect sets for the next ends with the fetch
        for redirects in range(MAX_REDIRECTS + 1):
            if wanted.ignored.hold(url.href):
                raise IgnoredAddressError("ignored address")
            if left_s := self._pauses.left_s(url.host):
                raise PausedError(left_s)
            headers = self._headers(wanted) | _conditions(url, known)
            asked = asyncio.get_running_loop().time()
            response = await self._send(url, headers, cookies)
            if trail is not None:
                latency_s = asyncio.get_running_loop().time() - asked
                trail.note(url.href, response.status_code, response.headers, latency_s)
            self._pauses.note(
                url.host, response.status_code, response.headers.get("retry-after", "")
            )
            location = response.headers.get("location")
            if response.status_code not in REDIRECTS or location is None:
                return url, redirects, response
            await bodies.finish(response)
            url = self._next(url, location)
        raise TooManyRedirectsError

    async def _send(
        self, url: PageUrl, headers: dict[str, str], cookies: httpx.Cookies
    ) -> httpx.Response:
        """Send one request.

        httpx's client is not used: it spells hosts and redirects its own way, and fails at names
        that browsers know and IDNA 2008 does not, such as those of emoji.
        """
        host = {"Host": url.origin.partition("://")[2]}
        request = httpx.Request("GET", url.href, headers=host | headers)
        cookies.set_cookie_header(request)
        with tracing.span("GET", SpanKind.CLIENT, _described(url)) as span:
            response = await self._transport.handle_async_request(request)
            if span is not None:
                span.set_attribute("http.response.status_code", response.status_code)
        cookies.extract_cookies(response)
        return response

    def _headers(self, wanted: Wanted) -> dict[str, str]:
        return {
            "User-Agent": " ".join(filter(None, (wanted.user_agent, self._user_agent))),
            "Accept": wanted.accept,
            "Accept-Encoding": wanted.accept_encoding,
            "Accept-Language": "*",
        }

    def _next(self, url: PageUrl, location: str) -> PageUrl:
        try:
            return parse_page_url(
                resolve_url(location, url.href) or "", loopback_targets=self._loopback_targets
            )
        except UrlNotAllowedError as error:
            raise FetchError(f"redirect: {error}") from None


def _described(url: PageUrl) -> tracing.Attributes:
    """Say in a span where something is fetched: paths may be as secret as queries are."""
    return {
        "http.request.method": "GET",
        "server.address": url.host,
        "server.port": url.port,
        "url.scheme": url.scheme,
    }


def _conditions(url: PageUrl, known: Fetched | None) -> dict[str, str]:
    """Ask for what is known only if it changed, and nobody but the URL it came from."""
    return known.conditions if known is not None and known.url == url else {}


def _check(response: httpx.Response, wanted: Wanted) -> None:
    """Judge an answer by its head."""
    content_type = response.headers.get("content-type", "")
    is_wanted_type = not content_type or wanted.is_wanted_type(content_type)
    is_wanted_refusal = wanted.refusal_bytes and response.status_code in REFUSALS and is_wanted_type
    if not (response.is_success or is_wanted_refusal):
        raise FetchError("status", status=response.status_code)
    if not is_wanted_type:
        raise UnwantedTypeError(content_type)
    if not wanted.may_be_cut and _announced_bytes(response) > wanted.max_bytes:
        raise TooLargeError(_announced_bytes(response))


def _announced_bytes(response: httpx.Response) -> int:
    length = response.headers.get("content-length", "")
    return int(length[:MAX_LENGTH_DIGITS]) if length.isascii() and length.isdigit() else 0
