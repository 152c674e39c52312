"""One HTTP request on its way to its answer, whatever becomes of it."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from og_edge import errors
from og_edge.authorization import Account, Authorization, RateLimit
from og_edge.deadline import Deadline
from og_edge.errors import ApiError
from og_edge.responses import error_response, rate_limit_headers
from og_service import context
from og_service.status import RemoteError

log = structlog.get_logger()

REQUEST_BUDGET_S: Final = 7.5
RETRY_AFTER_S: Final = 1
UNKNOWN_LIMIT: Final = 60
"""The limit named while the auth service, which knows the real one, cannot be asked."""


@dataclass
class Exchange:
    """One request, the time it has, and what is known of who sent it."""

    http: Request
    request_id: str
    deadline: Deadline
    started_s: float
    rate_limit: RateLimit | None = None
    account: Account | None = None

    def note(self, authorization: Authorization) -> None:
        """Keep what a decision tells of the sender."""
        self.rate_limit = authorization.rate_limit
        self.account = authorization.account

    @property
    def headers(self) -> dict[str, str]:
        """What every answer carries."""
        limit = self.rate_limit or RateLimit(UNKNOWN_LIMIT, 0, int(time.time()) + RETRY_AFTER_S)
        return {"X-Request-Id": self.request_id, **rate_limit_headers(limit)}


async def answered(http: Request, answer: Callable[[Exchange], Awaitable[Response]]) -> Response:
    """Give an answer within REQUEST_BUDGET_S, or an error as the API reference shows it.

    No input and no failure makes it raise.
    """
    exchange = Exchange(http, str(uuid.uuid4()), Deadline.after(REQUEST_BUDGET_S), time.monotonic())
    context.request_id.set(exchange.request_id)
    error: ApiError
    try:
        # Each step has its own deadline; this one is for what has none, such as a store that
        # took a query and fell silent.
        async with asyncio.timeout(REQUEST_BUDGET_S):
            response = await answer(exchange)
        _log_answer(exchange, response, "ok")
    except ApiError as refusal:
        error = refusal
    except (RemoteError, TimeoutError) as failure:
        log.error("request failed", cause=repr(failure))  # noqa: TRY400 - no trace of ours helps
        error = errors.InternalError(retry_after_s=RETRY_AFTER_S)
    except Exception:
        log.exception("request failed")
        error = errors.InternalError(retry_after_s=RETRY_AFTER_S)
    else:
        return response
    response = error_response(error, exchange.headers)
    _log_answer(exchange, response, error.code)
    return response


def _log_answer(exchange: Exchange, response: Response, outcome: str) -> None:
    log.info(
        "answer",
        status=response.status_code,
        outcome=outcome,
        cache=response.headers.get("x-cache"),
        charged_credits=response.headers.get("x-credits-charged"),
        account_id=exchange.account.account_id if exchange.account else None,
        duration_ms=round((time.monotonic() - exchange.started_s) * 1000, 1),
    )
