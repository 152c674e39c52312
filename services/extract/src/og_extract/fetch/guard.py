"""The one place where connections are made, hence the one where addresses are checked."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

import httpcore

from og_extract.fetch.resolver import Resolver
from og_extract.limits import MAX_ADDRESSES_TRIED
from og_urls import format_target, is_public


class AddressNotAllowedError(httpcore.ConnectError):
    """None of a host's addresses is public."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a host, checks each address and connects to the very address it checked.

    Host header and TLS server name stay those of the URL, since httpcore sets them above this.
    """

    def __init__(
        self, resolver: Resolver, loopback_targets: frozenset[str], connect_s: float
    ) -> None:
        self._resolver = resolver
        self._loopback_targets = loopback_targets
        self._connect_s = connect_s
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a public address of host, or raise httpcore.ConnectError."""
        del timeout  # the call's deadline and connect_s stand for it
        error: Exception = AddressNotAllowedError("no allowed address")
        for address in (await self._allowed(host, port))[:MAX_ADDRESSES_TRIED]:
            try:
                return await self._inner.connect_tcp(
                    address, port, self._connect_s, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no page lives in a Unix socket."""
        del path, timeout, socket_options
        raise AddressNotAllowedError("no Unix sockets")

    async def _allowed(self, host: str, port: int) -> list[str]:
        return [
            address
            for address in await self._addresses(host)
            if is_public(address) or format_target(address, port) in self._loopback_targets
        ]

    async def _addresses(self, host: str) -> list[str]:
        try:
            return [str(ip_address(host.strip("[]")))]
        except ValueError:
            pass
        try:
            return [str(ip_address(address)) for address in await self._resolver.resolve(host)]
        except (OSError, ValueError) as error:
            raise httpcore.ConnectError(str(error)) from None
