"""Every RPC that there is, by its full name, as OG_CALLER_RPCS writes it."""

from __future__ import annotations

from typing import Final

from og.auth.v1 import auth_pb2
from og.billing.v1 import billing_pb2
from og.extract.v1 import extract_pb2
from og.render.v1 import render_pb2
from og_service.policy import names_of

ALL: Final = "*"


_RPCS: Final = {
    service.full_name: names_of(service)
    for contract in (auth_pb2, billing_pb2, extract_pb2, render_pb2)
    for service in contract.DESCRIPTOR.services_by_name.values()
}


def rpcs_named(text: str) -> frozenset[str]:
    """Give the RPC of a full name, or all of `package.Service/*`.

    Raises ValueError, which lists those that there are.
    """
    service, _, rpc = text.partition("/")
    known = _RPCS.get(service, frozenset())
    if rpc == ALL and known:
        return known
    if text not in known:
        there_are = sorted(known) or [f"{name}/{ALL}" for name in sorted(_RPCS)]
        msg = f"{text!r} is no RPC; there are {', '.join(there_are)}"
        raise ValueError(msg)
    return frozenset({text})
