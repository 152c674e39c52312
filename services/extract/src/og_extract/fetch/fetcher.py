from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import httpcore
import httpx

from og_extract.allowance import Allowance
from og_extract.fetch.addresses import NOWHERE, Addresses
from og_extract.fetch.answers import REFUSALS, Fetched, make_answer
from og_extract.fetch.pauses import Pauses
from og_extract.fetch.trail import Trail
from og_extract.fetch.transport import GuardedTransport
from og_extract.limits import MAX_REDIRECTS
from og_service import tracing
from og_service.tracing import SpanKind
from og_urls import PageUrl, UrlNotAllowedError, parse_page_url, resolve_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304
MAX_CHUNKS = 4_096
"""Of a body: each costs the same however small it is. One of more counts as too long."""
CHUNKS_A_TURN = 2
"""Chunks that came in one read are received without a pause, so that many; then it is others'
turn."""
MAX_LENGTH_DIGITS = 18
REDIRECT_BODY_MAX_BYTES = 16 * 1024
REDIRECT_BODY_S = 0.2
"""A redirect's body is received within these bounds, so that its connection can be used again."""

_UNFINISHED = (httpcore.NetworkError, httpcore.ProtocolError)


class FetchError(Exception):
    """Nothing could be had; status is set where a server answered in the end."""

    def __init__(self, cause: str, *, status: int | None = None) -> None:
        super().__init__(cause)
        self.status = status


class DeadlineError(FetchError):
    """It took too long."""

    def __init__(self) -> None:
        super().__init__("deadline")


class IgnoredAddressError(FetchError):
    """What is wanted is at an address that was to be ignored."""


class TooManyRedirectsError(FetchError):
    """Each of the hops that are allowed leads on."""

    def __init__(self) -> None:
        super().__init__("too many redirects")


class UnwantedTypeError(FetchError):
    """A server answered with something that is not wanted; its body was left there."""

    def __init__(self, content_type: str) -> None:
        super().__init__("unwanted type")
        self.content_type = content_type


class TooLargeError(FetchError):
    """It has more bytes than are wanted: so many where its server says how many, else 0."""

    def __init__(self, size_bytes: int = 0) -> None:
        super().__init__("too large")
        self.size_bytes = size_bytes


class PausedError(FetchError):
    """A host asked to be left alone and was not asked."""

    def __init__(self, left_s: float) -> None:
        super().__init__("asked to wait")
        self.left_s = left_s


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a fetch is for."""

    accept: str
    """The Accept header."""
    accept_encoding: str
    max_bytes: int
    """Of the body as sent. A longer body is cut where may_be_cut, else refused."""
    may_be_cut: bool
    """Also lets a deadline, or a server that falls silent, cut a body that has begun."""
    ignored: Addresses = NOWHERE
    """Nothing is fetched from there."""
    refusal_bytes: int = 0
    """Of the body of a refusal, which says what it is for; 0: a refusal is an error."""
    refusal_s: float = 0.0
    """How long that body is waited for."""
    is_wanted_type: Callable[[str], bool] = bool
    """Judges the Content-Type where there is one."""
    user_agent: str = ""
    """As whom to ask: it stands before our own, which is honest."""


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
                    body, is_partial = await _body(response, wanted, allowance)
                else:
                    body, is_partial = await _refusal(response, wanted, allowance), False
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
            await _finish(response)
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


async def _finish(response: httpx.Response) -> None:
    """Receive the little that most redirects bring, and close the answer."""
    received = 0
    try:
        async with asyncio.timeout(REDIRECT_BODY_S):
            async for chunk in response.aiter_raw():
                received += len(chunk)
                if received > REDIRECT_BODY_MAX_BYTES:
                    break
    except (TimeoutError, *_UNFINISHED):
        pass
    finally:
        await response.aclose()


async def _refusal(response: httpx.Response, wanted: Wanted, allowance: Allowance) -> bytes:
    """Receive what a refusal says, as far as it comes at once."""
    end = asyncio.get_running_loop().time() + wanted.refusal_s
    wanted = replace(wanted, max_bytes=wanted.refusal_bytes, may_be_cut=True)
    try:
        body, _ = await _body(response, wanted, allowance.until(end))
    except (TimeoutError, *_UNFINISHED):
        return b""
    return body


async def _body(
    response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> tuple[bytes, bool]:
    body = bytearray()
    try:
        is_partial = await _fill(body, response, wanted, allowance)
    except BaseException:
        allowance.held.give_back(len(body))
        raise
    return bytes(memoryview(body)[: wanted.max_bytes]), is_partial


async def _fill(
    body: bytearray, response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> bool:
    """Receive a body up to its bounds, and tell whether it ended before its end."""
    try:
        async with asyncio.timeout_at(allowance.end):
            is_too_long = await _receive(body, response, wanted, allowance)
    except (TimeoutError, *_UNFINISHED):
        if not (wanted.may_be_cut and body):
            raise
        return True
    if is_too_long and not wanted.may_be_cut:
        raise TooLargeError
    return False


async def _receive(
    body: bytearray, response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> bool:
    """Receive a body, and tell whether it is longer than the bounds."""
    chunks = 0
    async for chunk in response.aiter_raw():
        allowance.held.take(len(chunk))
        body += chunk
        chunks += 1
        if len(body) > wanted.max_bytes or chunks > MAX_CHUNKS:
            return True
        if chunks % CHUNKS_A_TURN == 0:
            await asyncio.sleep(0)
    return False
