"""Which callers may call which RPCs of a server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import grpc

if TYPE_CHECKING:
    from google.protobuf.descriptor import ServiceDescriptor

OPERATOR: Final = "operator"
"""May call everything."""
EDGE: Final = "edge"
AUDITOR: Final = "auditor"
"""Edge's audit, which reads."""


@dataclass(frozen=True)
class Service:
    """One gRPC service to serve: its contract, how to add it, and what ours call of it.

    RPCs are names without the service's, such as `Authorize`: exactly those that a caller uses.
    """

    descriptor: ServiceDescriptor
    add_to: Callable[[grpc.aio.Server], None]
    edge_rpcs: frozenset[str] = frozenset()
    auditor_rpcs: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Its full name."""
        return self.descriptor.full_name

    @property
    def rpcs_by_caller(self) -> dict[str, frozenset[str]]:
        """Give the full names of what ours call of it."""
        rpcs = {EDGE: self.edge_rpcs, AUDITOR: self.auditor_rpcs}
        return {
            caller: frozenset(f"{self.name}/{name}" for name in names)
            for caller, names in rpcs.items()
        }


def names_of(service: ServiceDescriptor) -> frozenset[str]:
    """Give the full names of a service's RPCs, such as `og.auth.v1.AuthService/Authorize`."""
    return frozenset(f"{service.full_name}/{rpc.name}" for rpc in service.methods)


class CallerPolicy:
    """Decides by a caller's name: nobody may call what is not said here."""

    def __init__(self, services: Iterable[Service], further: Mapping[str, frozenset[str]]) -> None:
        """Begin with what services say; `further` are the full names of OG_CALLER_RPCS."""
        self._rpcs = defaultdict[str, frozenset[str]](frozenset, further)
        for service in services:
            for caller, rpcs in service.rpcs_by_caller.items():
                if unknown := rpcs - names_of(service.descriptor):
                    raise ValueError(f"{caller} is allowed RPCs that are none: {sorted(unknown)}")
                self._rpcs[caller] |= rpcs

    def allows(self, caller: str, rpc: str) -> bool:
        """Tell whether a caller may call an RPC of this full name."""
        return caller == OPERATOR or rpc in self._rpcs.get(caller, frozenset())
