"""One call to another service."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import grpc

from og_edge.metrics import CALL_FAILURES
from og_edge.remote_errors import public_error
from og_service.status import RemoteError, from_rpc_error

Answer = TypeVar("Answer")


async def answer_of(call: Awaitable[Answer]) -> Answer:
    """Give the answer; raises ApiError for what a client can mend, RemoteError for the rest."""
    try:
        return await result_of(call)
    except RemoteError as remote:
        raise public_error(remote) or remote from None


async def result_of(call: Awaitable[Answer]) -> Answer:
    """Give the answer for the dashboard, which has words of its own; raises RemoteError."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        CALL_FAILURES.labels(error.code().name).inc()
        raise from_rpc_error(error) from None
