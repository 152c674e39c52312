"""What every call to a server of ours has around it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import grpc
import structlog

from og_service import context
from og_service.errors import (
    DeadlineExceededError,
    DeadlineMissingError,
    InternalError,
    ServiceError,
)
from og_service.handlers import (
    OPEN_SERVICES,
    Call,
    Continuation,
    Handler,
    abort,
    code_of,
    metadata_value,
    replaced,
    service_of,
)
from og_service.policy import OPERATOR
from og_service.rpc_metrics import UNDER_WAY, observe_rpc

log = structlog.get_logger()

READING: Final = ("Get", "List")
"""How the names of RPCs begin that change nothing (AIP-131, AIP-132)."""
_OK = grpc.StatusCode.OK.name


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Demands a deadline, carries the request id, translates errors, counts and logs calls."""

    def __init__(self, domain: str) -> None:
        self._domain = domain

    async def intercept_service(  # type: ignore[override]  # the stub knows the sync form only
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler:
        """Serve the call with its request id, inside the translation of errors."""
        handler = await continuation(details)
        if handler is None or service_of(details.method) in OPEN_SERVICES:
            return handler
        request_id = context.accepted_request_id(
            metadata_value(details, context.REQUEST_ID_METADATA)
        )

        async def behaviour(request: Any, call: Call) -> Any:
            context.request_id.set(request_id)
            return await self._run(details.method, handler.unary_unary, request, call)

        return replaced(handler, behaviour)

    async def _run(
        self, method: str, answer: Callable[..., Any] | None, request: Any, call: Call
    ) -> Any:
        assert answer is not None  # noqa: S101 - we serve unary methods only
        started = time.monotonic()
        UNDER_WAY.inc()
        code, outcome = _OK, _OK
        try:
            _demand_deadline(call)
            return await answer(request, call)
        except ServiceError as error:
            code, outcome = error.code.name, error.reason
            await abort(call, error, self._domain)
        except grpc.aio.AbortError:
            code = outcome = code_of(call).name
            raise
        except asyncio.CancelledError:
            code = outcome = grpc.StatusCode.CANCELLED.name
            raise
        except TimeoutError:
            code = outcome = DeadlineExceededError.reason
            late = DeadlineExceededError("The work was not done before the call's deadline.")
            await abort(call, late, self._domain)
        except Exception:
            code = outcome = InternalError.reason
            log.exception("call failed", method=method)
            await abort(call, InternalError("Something went wrong on our end."), self._domain)
        finally:
            UNDER_WAY.dec()
            took_s = time.monotonic() - started
            observe_rpc(method, code, outcome, took_s)
            tell = log.info if _is_operators_doing(method) else log.debug
            caller, took_ms = context.caller.get(), round(took_s * 1000, 1)
            tell("call", method=method, caller=caller, outcome=outcome, duration_ms=took_ms)


def _is_operators_doing(method: str) -> bool:
    """Whether an operator may have changed something, which has to be found later."""
    return context.caller.get() == OPERATOR and not method.rpartition("/")[2].startswith(READING)


def _demand_deadline(call: Call) -> None:
    if call.time_remaining() is None:
        raise DeadlineMissingError("Set a deadline on the call.")
