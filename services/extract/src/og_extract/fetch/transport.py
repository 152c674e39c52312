from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpcore
import httpx

from og_extract.gate import SiteGates
from og_extract.limits import MAX_FETCHES_PER_SITE, MAX_WAITING_PER_SITE

MAX_CONNECTIONS = 512
MAX_KEPT_CONNECTIONS = 32
KEEP_S = 5.0


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over a pool whose every connection is made by the given backend.

    A site has a share of the fetches, held until an answer is closed. Errors are httpcore's own,
    and ExtractQueueFullError where too many wait for the site.
    """

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._sites = SiteGates(MAX_FETCHES_PER_SITE, MAX_WAITING_PER_SITE)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_KEPT_CONNECTIONS,
            keepalive_expiry=KEEP_S,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its answer's body is read by the caller."""
        async with AsyncExitStack() as held:
            host = request.url.raw_host.decode("ascii")
            await held.enter_async_context(self._sites.entered(host))
            response = await self._pool.handle_async_request(_core_request(request))
            held.push_async_callback(response.aclose)
            return httpx.Response(
                response.status,
                headers=response.headers,
                stream=_Body(response, held.pop_all()),
                request=request,
            )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


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
    def __init__(self, response: httpcore.Response, held: AsyncExitStack) -> None:
        self._response = response
        self._held = held

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._held.aclose()
