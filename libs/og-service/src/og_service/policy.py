"""Which callers may call which RPCs of a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import grpc

if TYPE_CHECKING:
    from google.protobuf.descriptor import ServiceDescriptor

OPERATOR: Final = "operator"
"""May call everything."""
EDGE: Final = "edge"


@dataclass(frozen=True)
class Service:
    """One gRPC service to serve: its contract, how to add it, and what the edge calls of it."""

    descriptor: ServiceDescriptor
    add_to: Callable[[grpc.aio.Server], None]
    edge_rpcs: frozenset[str] = frozenset()
    """Names without the service's, such as `Authorize`: exactly those that the edge uses."""

    @property
    def name(self) -> str:
        """Its full name."""
        return self.descriptor.full_name


def names_of(service: ServiceDescriptor) -> frozenset[str]:
    """Give the full names of a service's RPCs, such as `og.auth.v1.AuthService/Authorize`."""
    return frozenset(f"{service.full_name}/{rpc.name}" for rpc in service.methods)


class CallerPolicy:
    """Decides by a caller's name: nobody may call what is not said here."""

    def __init__(self, services: Iterable[Service], further: Mapping[str, frozenset[str]]) -> None:
        """Begin with what services say; `further` are the full names of OG_CALLER_RPCS."""
        edge: set[str] = set()
        for service in services:
            rpcs = {f"{service.name}/{rpc}" for rpc in service.edge_rpcs}
            if unknown := rpcs - names_of(service.descriptor):
                raise ValueError(f"the edge is allowed RPCs that are none: {sorted(unknown)}")
            edge |= rpcs
        self._rpcs = {**further, EDGE: further.get(EDGE, frozenset()) | edge}

    def allows(self, caller: str, rpc: str) -> bool:
        """Tell whether a caller may call an RPC of this full name."""
        return caller == OPERATOR or rpc in self._rpcs.get(caller, frozenset())
