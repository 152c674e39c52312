"""Connections by origin, over HTTP/2 where a server speaks it, kept for a while and used again.

A connection stays with the address that was checked when it was made, and serves no origin but its
own. httpcore's own pool is not used: it would go on with a connection whose last body was not read
to its end, and over HTTP/2 the rest of that body takes the room of what is asked for next.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Self

import h2.exceptions
import httpcore

from og_extract.fetch.metered import FramingError, MeteredStream

MAX_KEPT_CONNECTIONS = 64
KEEP_S = 5.0
HTTP1 = "http/1.1"
HTTP2 = "h2"


class Exchange:
    """An answer whose head has come. Its body is iterated over; whoever has it closes it."""

    def __init__(
        self, connections: Connections, connection: _Connection, response: httpcore.Response
    ) -> None:
        self.status = response.status
        self.headers = response.headers
        self._connections = connections
        self._connection = connection
        self._response = response
        self._is_complete = False
        self._is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _faults_of_the_server():
            async for chunk in self._response.aiter_stream():
                self._connection.stream.count_content(len(chunk))
                yield chunk
        self._is_complete = True

    async def aclose(self) -> None:
        """Let the connection go; it is used again only if the body was read to its end."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            with _faults_of_the_server():
                await self._response.aclose()
        except httpcore.ProtocolError:
            self._is_complete = False
        finally:
            await self._connections.leave(self._connection, in_order=self._is_complete)


class Connections:
    """Connections that the given backend makes."""

    def __init__(
        self,
        backend: httpcore.AsyncNetworkBackend,
        make_ssl_context: Callable[[], ssl.SSLContext],
    ) -> None:
        self._backend = backend
        self._any_context, self._http1_context = make_ssl_context(), make_ssl_context()
        self._any_context.set_alpn_protocols([HTTP2, HTTP1])
        self._http1_context.set_alpn_protocols([HTTP1])
        self._open: dict[str, list[_Connection]] = {}
        self._idle: dict[_Connection, None] = {}
        """The longest idle first."""

    async def send(self, request: httpcore.Request) -> Exchange:
        """Send a request that may be sent twice. Raises httpcore's errors."""
        await self._close_expired()
        origin = request.url.origin
        kept = self._kept(origin)
        connection = kept or await self._connect(origin, self._any_context)
        try:
            return await self._begin(connection, request)
        except FramingError:
            raise
        except (httpcore.NetworkError, httpcore.ProtocolError):
            if kept is not None:
                ssl_context = self._any_context  # servers end kept connections when they like
            elif connection.is_http2:
                ssl_context = self._http1_context  # some speak HTTP/2 badly
            else:
                raise
        return await self._begin(await self._connect(origin, ssl_context), request)

    async def leave(self, connection: _Connection, *, in_order: bool) -> None:
        """End one exchange on a connection."""
        connection.exchanges -= 1
        connection.is_spent |= not in_order or not connection.http.is_available()
        if connection.exchanges:
            return
        if connection.is_spent:
            await self._close(connection)
            return
        self._idle[connection] = None
        if len(self._idle) > MAX_KEPT_CONNECTIONS:
            await self._close(next(iter(self._idle)))

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in [one for several in self._open.values() for one in several]:
            await self._close(connection)

    def _kept(self, origin: httpcore.Origin) -> _Connection | None:
        """Find a connection that can take one more exchange: an idle one, or any over HTTP/2."""
        several = self._open.get(str(origin), ())
        return next((connection for connection in several if connection.can_take_more), None)

    async def _begin(self, connection: _Connection, request: httpcore.Request) -> Exchange:
        connection.exchanges += 1
        connection.stream.begin_exchange()
        self._idle.pop(connection, None)
        try:
            with _faults_of_the_server():
                response = await connection.http.handle_async_request(request)
        except BaseException:
            await self.leave(connection, in_order=False)
            raise
        return Exchange(self, connection, response)

    async def _connect(self, origin: httpcore.Origin, ssl_context: ssl.SSLContext) -> _Connection:
        host = origin.host.decode("ascii")
        stream = await self._backend.connect_tcp(host, origin.port)
        if origin.scheme == b"https":
            try:
                stream = await stream.start_tls(ssl_context, server_hostname=host)
            except BaseException:
                await stream.aclose()
                raise
        connection = _Connection(origin, MeteredStream(stream))
        self._open.setdefault(connection.key, []).append(connection)
        return connection

    async def _close_expired(self) -> None:
        for connection in [one for one in self._idle if one.http.has_expired()]:
            await self._close(connection)

    async def _close(self, connection: _Connection) -> None:
        self._idle.pop(connection, None)
        several = self._open.get(connection.key, [])
        if connection in several:
            several.remove(connection)
        if not several:
            self._open.pop(connection.key, None)
        await connection.stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Connection:
    def __init__(self, origin: httpcore.Origin, stream: MeteredStream) -> None:
        self.key = str(origin)
        self.stream = stream
        self.http: httpcore.AsyncHTTP2Connection | httpcore.AsyncHTTP11Connection
        ssl_object = stream.get_extra_info("ssl_object")
        self.is_http2 = ssl_object is not None and ssl_object.selected_alpn_protocol() == HTTP2
        if self.is_http2:
            self.http = httpcore.AsyncHTTP2Connection(origin, stream, KEEP_S)
        else:
            self.http = httpcore.AsyncHTTP11Connection(origin, stream, KEEP_S)
        self.exchanges = 0
        self.is_spent = False
        """An exchange ended early: the rest of it may still come."""

    @property
    def can_take_more(self) -> bool:
        return not self.is_spent and self.http.is_available() and not self.http.has_expired()


@contextmanager
def _faults_of_the_server() -> Iterator[None]:
    """Name what httpcore lets through of HTTP/2 that is none, and of statuses that are none."""
    try:
        yield
    except (h2.exceptions.H2Error, httpcore.ConnectionNotAvailable, ValueError) as error:
        raise httpcore.RemoteProtocolError(f"{type(error).__name__}: {error}") from None
