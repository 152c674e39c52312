"""A channel whose certificate changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Self

import grpc
import structlog

from og_service.background import kept_going
from og_service.tls.certificates import Certificates
from og_service.tls.material import TlsMaterial

log = structlog.get_logger()

READY_TIMEOUT_S: Final = 10.0
"""How long a new connection is waited for, before it is tried with what the files have then."""
REST_S: Final = 1.0
"""Calls that were begun on the old channel have left by then."""
OLD_CALLS_GRACE_S: Final = 120.0
"""More than any call takes."""

Open = Callable[[TlsMaterial], grpc.aio.Channel]


class RenewedChannel(grpc.aio.Channel):
    """A channel that is opened anew for each new certificate, while stubs stay what they are.

    gRPC fixes a channel's certificate when it is made (grpc/grpc#41779). So a second one is opened
    beside it and, once it has a connection, takes all further calls; the first ends when the calls
    on it have. Where no connection comes about, as when the others do not know a new authority yet,
    the first stays.
    """

    def __init__(self, open_channel: Open, certificates: Certificates) -> None:
        self._open = open_channel
        self._certificates = certificates
        self._shown = certificates.current
        self.current = open_channel(self._shown)
        self._old = set[asyncio.Task[None]]()
        self._following = asyncio.create_task(kept_going(self._follow))

    async def _follow(self) -> None:
        while True:
            news = await self._certificates.after(self._shown)
            fresh = self._open(news)
            try:
                async with asyncio.timeout(READY_TIMEOUT_S):
                    await fresh.channel_ready()
            except TimeoutError:
                log.warning("no connection with the new certificate, the old one stays")
                await fresh.close()
                continue
            except BaseException:
                await fresh.close()
                raise
            ending = asyncio.create_task(_end(self.current))
            self._old.add(ending)
            ending.add_done_callback(self._old.discard)
            self.current, self._shown = fresh, news

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Renewed(self, lambda channel: channel.unary_unary(*args, **kwargs))

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Renewed(self, lambda channel: channel.unary_stream(*args, **kwargs))

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Renewed(self, lambda channel: channel.stream_unary(*args, **kwargs))

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Renewed(self, lambda channel: channel.stream_stream(*args, **kwargs))

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002 - gRPC's signature
        """See grpc.aio.Channel."""
        return self.current.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """See grpc.aio.Channel."""
        await self.current.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """See grpc.aio.Channel."""
        await self.current.channel_ready()

    async def close(self, grace: float | None = None) -> None:
        """See grpc.aio.Channel."""
        self._following.cancel()
        for ending in self._old:
            ending.cancel()
        await asyncio.gather(self._following, *self._old, return_exceptions=True)
        await self.current.close(grace)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Renewed:
    """What a stub calls: it goes by the channel that there is then."""

    def __init__(self, channel: RenewedChannel, make: Callable[[grpc.aio.Channel], Any]) -> None:
        self._channel = channel
        self._make = make
        self._made_of = channel.current
        self._callable = make(channel.current)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        current = self._channel.current
        if current is not self._made_of:
            self._made_of, self._callable = current, self._make(current)
        return self._callable(*args, **kwargs)


async def _end(channel: grpc.aio.Channel) -> None:
    try:
        await asyncio.sleep(REST_S)
        await channel.close(OLD_CALLS_GRACE_S)
    finally:
        await channel.close()
