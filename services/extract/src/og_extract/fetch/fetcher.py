from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import httpcore
import httpx

from og_extract.allowance import Allowance
from og_extract.fetch.addresses import NOWHERE, Addresses
from og_extract.fetch.transport import GuardedTransport
from og_extract.limits import MAX_REDIRECTS
from og_urls import PageUrl, UrlNotAllowedError, parse_page_url, resolve_url

# The deadline of the whole fetch stands for timeouts of its parts.
NO_TIMEOUT = httpx.Timeout(None)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
REFUSALS = frozenset({403, 405, 429, 503})
"""With these, sites also answer that ask for a proof that nobody is a robot."""


class FetchError(Exception):
    """Nothing could be had; status is set where a server answered in the end."""

    def __init__(self, cause: str, *, status: int | None = None) -> None:
        super().__init__(cause)
        self.status = status


class IgnoredAddressError(FetchError):
    """What is wanted is at an address that was to be ignored."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a fetch is for."""

    accept: str
    """The Accept header."""
    accept_encoding: str
    max_bytes: int
    """Of the body as sent. A longer body is cut where may_be_cut, else refused."""
    may_be_cut: bool
    """Also lets a deadline cut a body that has begun."""
    ignored: Addresses = NOWHERE
    """Nothing is fetched from there."""
    refusal_bytes: int = 0
    """Of the body of a refusal, which says what it is for; 0: a refusal is an error."""
    refusal_s: float = 0.0
    """How long that body is waited for."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with a status of 2xx, or a refusal where that was wanted."""

    url: PageUrl
    """Where it was found, after redirects."""
    content_type: str
    content_encoding: str
    body: bytes
    """As sent: still encoded, perhaps cut."""
    is_late: bool = False
    """The deadline cut it."""
    status: int = 200

    @property
    def is_refusal(self) -> bool:
        """Whether the body says why there is no page."""
        return self.status in REFUSALS


class Fetcher:
    """Fetches public URLs, following redirects by hand so that each hop is checked."""

    def __init__(
        self, transport: GuardedTransport, user_agent: str, loopback_targets: frozenset[str]
    ) -> None:
        self._transport = transport
        self._user_agent = user_agent
        self._loopback_targets = loopback_targets

    async def fetch(self, url: PageUrl, wanted: Wanted, allowance: Allowance) -> Fetched:
        """Fetch a URL. Raises FetchError (IgnoredAddressError), ExtractQueueFullError."""
        # A client per fetch: cookies that one redirect sets for the next end with it.
        client = httpx.AsyncClient(
            transport=self._transport, trust_env=False, follow_redirects=False, timeout=NO_TIMEOUT
        )
        try:
            async with asyncio.timeout_at(allowance.end):
                url, response = await self._follow(client, url, wanted)
            try:
                return await _receive(url, response, wanted, allowance)
            finally:
                await response.aclose()
        except TimeoutError:
            raise FetchError("deadline") from None
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
        self, client: httpx.AsyncClient, url: PageUrl, wanted: Wanted
    ) -> tuple[PageUrl, httpx.Response]:
        for _ in range(MAX_REDIRECTS + 1):
            if wanted.ignored.hold(url.href):
                raise IgnoredAddressError("ignored address")
            request = client.build_request("GET", url.href, headers=self._headers(wanted))
            response = await client.send(request, stream=True)
            location = response.headers.get("location")
            if response.status_code not in REDIRECTS or location is None:
                return url, response
            await response.aclose()
            url = self._next(url, location)
        raise FetchError("too many redirects")

    def _headers(self, wanted: Wanted) -> dict[str, str]:
        return {
            "User-Agent": self._user_agent,
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


async def _receive(
    url: PageUrl, response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> Fetched:
    if response.is_success:
        body, is_late = await _body(response, wanted, allowance)
    elif response.status_code in REFUSALS and wanted.refusal_bytes:
        body, is_late = await _refusal(response, wanted, allowance)
    else:
        raise FetchError("status", status=response.status_code)
    return Fetched(
        url=url,
        content_type=response.headers.get("content-type", ""),
        content_encoding=response.headers.get("content-encoding", ""),
        body=body,
        is_late=is_late,
        status=response.status_code,
    )


async def _refusal(
    response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> tuple[bytes, bool]:
    """Receive what a refusal says, as far as it comes at once."""
    end = asyncio.get_running_loop().time() + wanted.refusal_s
    wanted = replace(wanted, max_bytes=wanted.refusal_bytes, may_be_cut=True)
    try:
        return await _body(response, wanted, allowance.until(end))
    except TimeoutError:
        return b"", True


async def _body(
    response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> tuple[bytes, bool]:
    body = bytearray()
    try:
        is_late = await _fill(body, response, wanted, allowance)
    except BaseException:
        allowance.held.give_back(len(body))
        raise
    return bytes(memoryview(body)[: wanted.max_bytes]), is_late


async def _fill(
    body: bytearray, response: httpx.Response, wanted: Wanted, allowance: Allowance
) -> bool:
    """Receive a body up to its bound, and tell whether the deadline cut it."""
    try:
        async with asyncio.timeout_at(allowance.end):
            async for chunk in response.aiter_raw():
                allowance.held.take(len(chunk))
                body += chunk
                if len(body) > wanted.max_bytes:
                    break
    except TimeoutError:
        if not (wanted.may_be_cut and body):
            raise
        return True
    if len(body) > wanted.max_bytes and not wanted.may_be_cut:
        raise FetchError("too large")
    return False
