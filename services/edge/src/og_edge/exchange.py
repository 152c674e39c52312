"""One HTTP request on its way to its answer, whatever becomes of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Self

import structlog
from starlette.responses import Response

from og_edge import errors
from og_edge.authorization import Account, Authorization, RateLimit
from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.errors import RETRY_AFTER_S, ApiError
from og_edge.incoming import Head
from og_edge.metrics import count_answer
from og_edge.options import Mode
from og_edge.request_ids import new_request_id
from og_edge.responses import error_response, rate_limit_headers, stand_in_response
from og_edge.stand_ins import StandIn
from og_service import context, tracing
from og_service.expiry import Expiry
from og_service.postgres import StoreAwayError
from og_service.status import RemoteError
from og_service.tracing import Span

log = structlog.get_logger()
_root: Final = logging.getLogger()
"""Asked for its level, which is structlog's too, at a tenth of what asking that one costs."""

REQUEST_BUDGET_S: Final = 7.5
UNKNOWN_LIMIT: Final = 60
"""The limit named while the auth service, which knows the real one, cannot be asked."""


FALLBACK: Final = "FALLBACK"


@dataclass(slots=True, eq=False)
class Exchange:
    """One request, the time it has, and what is known of who sent it and of its answer."""

    head: Head
    request_id: str
    deadline: Deadline
    span: Span | None = None
    """What it is traced by, if it is sampled."""
    task: asyncio.Task[object] | None = None
    is_late: bool = False
    """Its time is up, and its task was told so."""
    rate_limit: RateLimit | None = None
    account: Account | None = None
    cache: str = ""
    """HIT or MISS, once a card is sent; FALLBACK where it is another one than was asked for."""
    mode: Mode = Mode.STANDARD
    """How a card was made that is new."""
    charged_credits: int | None = None
    stand_in: StandIn | None = None
    """What may give another card than an error, where the sender's site wants that."""

    @classmethod
    def begin(cls, head: Head, span: Span | None) -> Self:
        """Begin to count the time of a request that has just come, and has this span."""
        exchange = cls(head, new_request_id(), Deadline.after(REQUEST_BUDGET_S), span)
        _budgets.watch(exchange)
        return exchange

    def end(self) -> None:
        """Stop to count its time: it has its answer, or needs none."""
        _budgets.forget(self)

    def note(self, authorization: Authorization) -> None:
        """Keep what a decision tells of the sender."""
        self.rate_limit = authorization.rate_limit
        self.account = authorization.account

    @property
    def limit(self) -> RateLimit:
        """What every answer tells of the rate limit."""
        return self.rate_limit or RateLimit(UNKNOWN_LIMIT, 0, int(time.time()) + RETRY_AFTER_S)

    @property
    def headers(self) -> dict[str, str]:
        """What every answer carries."""
        return {"X-Request-Id": self.request_id, **rate_limit_headers(self.limit)}


def _cut_off(exchange: Exchange) -> None:
    exchange.is_late = True
    if exchange.task is not None:
        exchange.task.cancel()


_budgets: Final = Expiry(REQUEST_BUDGET_S, _cut_off)


async def answered(
    exchange: Exchange, answer: Callable[[Exchange], Awaitable[Response]]
) -> Response:
    """Give an answer within REQUEST_BUDGET_S, or an error as the API reference shows it.

    Where the exchange has a stand-in, that is asked before an error is told, which may take a
    moment more.

    No input and no failure makes it raise.
    """
    exchange.task = asyncio.current_task(_budgets.loop)
    context.request_id.set(exchange.request_id)
    try:
        # Each step has its own deadline; this one is for what has none, such as a store that
        # took a query and fell silent.
        response = await _in_time(exchange, answer)
    except ApiError as refusal:
        error = refusal
        _let_go(refusal)
    except (RemoteError, StoreAwayError, TimeoutError) as failure:
        log.error("request failed", cause=repr(failure))  # noqa: TRY400 - no trace of ours helps
        error = errors.InternalError()
        _let_go(failure)
    except Exception as fault:
        log.exception("request failed")
        error = errors.InternalError()
        _let_go(fault)
    else:
        note_answer(exchange, response, "ok")
        return response
    stand_in = await _stand_in(exchange, error)
    response = stand_in or error_response(error, exchange.headers)
    exchange.cache = FALLBACK if stand_in else ""
    note_answer(exchange, response, error.code)
    return response


async def _stand_in(exchange: Exchange, error: ApiError) -> Response | None:
    """Give another card instead of an error, where there is one."""
    if exchange.stand_in is None:
        return None
    try:
        card = await exchange.stand_in(error, exchange.deadline)
    except Exception as fault:
        log.exception("no fallback")
        _let_go(fault)
        return None
    if card is None:
        return None
    exchange.charged_credits = 0
    head = exchange.head
    return stand_in_response(
        card,
        error,
        exchange.request_id,
        exchange.limit,
        head=head.is_head,
        known=bool(head.known_digests(exists=True) & {card.digest, "*"}),
    )


def _let_go(error: BaseException) -> None:
    """Drop the frames that an error, and what it came of, went through.

    They hold the request, which may hold the error: such a circle would stay until it is collected.
    """
    link: BaseException | None = error
    while link is not None and link.__traceback__ is not None:
        link.__traceback__ = None
        link = link.__cause__ or link.__context__


async def _in_time(
    exchange: Exchange, answer: Callable[[Exchange], Awaitable[Response]]
) -> Response:
    """Give the answer or raise OutOfTimeError, as asyncio.timeout does at five times the cost."""
    try:
        if exchange.is_late:
            raise OutOfTimeError
        return await answer(exchange)
    except asyncio.CancelledError:
        if exchange.is_late and exchange.task is not None and not exchange.task.uncancel():
            raise OutOfTimeError from None
        raise
    finally:
        exchange.end()
        exchange.task = None


def note_answer(exchange: Exchange, response: Response, outcome: str) -> None:
    """Count an answer and log it, cards that exist only for who debugs: a line costs 60 µs."""
    took_s = REQUEST_BUDGET_S - exchange.deadline.left_s
    trace = tracing.ids(exchange.span)
    count_answer(outcome, exchange.cache, exchange.mode.value, took_s, trace)
    if exchange.span is not None:
        _describe(exchange.span, exchange, outcome)
    if exchange.cache == "HIT" and not _root.isEnabledFor(logging.DEBUG):
        return
    note = log.debug if exchange.cache == "HIT" else log.info
    note(
        "answer",
        request_id=exchange.request_id,  # on the fast path the context is of a whole group
        status=response.status_code,
        outcome=outcome,
        cache=exchange.cache or None,
        charged_credits=exchange.charged_credits,
        account_id=exchange.account.account_id if exchange.account else None,
        duration_ms=round(took_s * 1000, 1),
        **trace,
    )


def _describe(span: Span, exchange: Exchange, outcome: str) -> None:
    span.set_attribute("og.request_id", exchange.request_id)
    span.set_attribute("og.outcome", outcome)
    if exchange.cache:
        span.set_attribute("og.cache", exchange.cache)
    if exchange.charged_credits is not None:
        span.set_attribute("og.charged_credits", exchange.charged_credits)
    if exchange.account is not None:
        span.set_attribute("og.account_id", exchange.account.account_id)
