"""One call to another service."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import grpc

from og_edge.remote_errors import public_error
from og_service.status import from_rpc_error

Answer = TypeVar("Answer")


async def answer_of(call: Awaitable[Answer]) -> Answer:
    """Give the answer; raises ApiError for what a client can mend, RemoteError for the rest."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        remote = from_rpc_error(error)
        raise public_error(remote) or remote from None
