from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial

import httpcore
import httpx

from og_extract.fetch.connections import MAX_KEPT_CONNECTIONS, Connections, Exchange
from og_extract.gate import SiteGates
from og_extract.limits import MAX_FETCHES_PER_SITE, MAX_WAITING_PER_SITE, SITE_WAIT_S

MAX_CONNECTIONS = 512
MAX_FETCHES = MAX_CONNECTIONS - MAX_KEPT_CONNECTIONS


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over connections that are all made by the given backend.

    A site has a share of the fetches, held until an answer is closed. Errors are httpcore's own,
    and ExtractQueueFullError where too many wait for the site. Servers are known by the usual
    authorities; tests make contexts that know theirs.
    """

    def __init__(
        self,
        backend: httpcore.AsyncNetworkBackend,
        make_ssl_context: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._sites = SiteGates(MAX_FETCHES_PER_SITE, MAX_WAITING_PER_SITE)
        self._fetches = asyncio.Semaphore(MAX_FETCHES)
        self._connections = Connections(
            backend, make_ssl_context or partial(httpx.create_ssl_context, trust_env=False)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its answer's body is read by the caller."""
        async with AsyncExitStack() as held:
            host = request.url.raw_host.decode("ascii")
            await held.enter_async_context(self._sites.entered(host, SITE_WAIT_S))
            await held.enter_async_context(self._fetches)
            exchange = await self._connections.send(_core_request(request))
            held.push_async_callback(exchange.aclose)
            return httpx.Response(
                exchange.status,
                headers=exchange.headers,
                stream=_Body(exchange, held.pop_all()),
                request=request,
            )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connections.aclose()


def _core_request(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        extensions=request.extensions,
    )


class _Body(httpx.AsyncByteStream):
    def __init__(self, exchange: Exchange, held: AsyncExitStack) -> None:
        self._exchange = exchange
        self._held = held

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._exchange:
            yield chunk

    async def aclose(self) -> None:
        await self._held.aclose()
