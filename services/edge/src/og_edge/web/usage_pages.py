"""What was spent, when and through what; the statement, also as CSV."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
from collections.abc import AsyncIterator, Sequence
from typing import Final

import structlog
from starlette.responses import Response, StreamingResponse

from og_edge.credit_books import CreditBooks, StatementLine, StatementPage
from og_edge.deadline import Deadline
from og_edge.payers import PayerNames, Payers
from og_edge.streams import begun
from og_edge.usage import added_up
from og_edge.web.charts import chart_of
from og_edge.web.errors import BusyError, PageNotFoundError
from og_edge.web.routing import page
from og_edge.web.visit import Visit
from og_service.spreadsheets import csv_cell
from og_service.status import RemoteError

log = structlog.get_logger()

USAGE_PATH: Final = "/dashboard/usage"
SPANS_DAYS: Final = (30, 90)
PAGE_ENTRIES: Final = 100
CSV_PAGE_ENTRIES: Final = 1_000
CSV_PAGE_TIMEOUT_S: Final = 10.0
MAX_DOWNLOADS: Final = 4
"""At the same time, in one process."""
MAX_TOKEN_CHARS: Final = 512
COLUMNS: Final = (
    "time",
    "what",
    "change",
    "balance",
    "through",
    "reference",
    "payer_id",
    "charge_id",
)


class UsagePages:
    """Usage and statement."""

    def __init__(self, books: CreditBooks, payers: Payers) -> None:
        self._books = books
        self._payers = payers
        self._downloads = 0

    @page("GET", "/dashboard/usage")
    async def overview(self, visit: Visit) -> Response:
        """Show the days, who spent, and a page of the statement."""
        account_id, deadline = visit.account.account_id, visit.deadline
        span_days = next((span for span in SPANS_DAYS if visit.query.get("days") == str(span)), 30)
        today = dt.datetime.now(dt.UTC).date()
        first_day = today - dt.timedelta(days=span_days - 1)
        token = visit.query.get("after", "")[:MAX_TOKEN_CHARS]
        balance, spendings, statement, names = await asyncio.gather(
            self._books.balance(account_id, deadline),
            self._books.spending(account_id, first_day, deadline),
            self._statement(account_id, token, deadline),
            self._payers.names(account_id, deadline),
        )
        usage = added_up(spendings, first_day, today)
        return visit.page(
            "usage/usage.html",
            balance=balance,
            usage=usage,
            chart=chart_of(usage),
            span_days=span_days,
            spans=SPANS_DAYS,
            payers=[
                (names.of(payer_id), names.kind(payer_id), spent)
                for payer_id, spent in usage.payers
            ],
            lines=[(line, _through(line, names)) for line in statement.lines],
            is_first=not token,
            next_token=statement.next_token,
        )

    @page("GET", "/dashboard/usage/statement.csv")
    async def download(self, visit: Visit) -> Response:
        """Give the whole statement, newest line first."""
        # The first page now: a failure of it is a page that says so, later ones break off.
        rows = await begun(self._csv(visit.account.account_id, visit.deadline))
        today = dt.datetime.now(dt.UTC).date()
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="statement-{today}.csv"',
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": visit.request_id,
        }
        return StreamingResponse(rows, headers=headers, media_type="text/csv")

    async def _statement(self, account_id: str, token: str, deadline: Deadline) -> StatementPage:
        try:
            return await self._books.statement(account_id, token, PAGE_ENTRIES, deadline)
        except RemoteError as error:
            if token and error.code.name == "INVALID_ARGUMENT":
                raise PageNotFoundError from None
            raise

    async def _csv(self, account_id: str, deadline: Deadline) -> AsyncIterator[str]:
        if self._downloads >= MAX_DOWNLOADS:
            raise BusyError("Others download statements now. Try again in a moment.", 5)
        self._downloads += 1
        try:
            names = await self._payers.names(account_id, deadline)
            statement = await self._books.statement(account_id, "", CSV_PAGE_ENTRIES, deadline)
            yield _as_csv([COLUMNS])
            while True:
                yield _as_csv([_row(line, names) for line in statement.lines])
                if not statement.next_token:
                    return
                deadline = Deadline.after(CSV_PAGE_TIMEOUT_S)
                token = statement.next_token
                statement = await self._books.statement(
                    account_id, token, CSV_PAGE_ENTRIES, deadline
                )
        finally:
            self._downloads -= 1


def _through(line: StatementLine, names: PayerNames) -> str:
    """Say through what a card was paid; what is no card's went through nothing."""
    return names.of(line.payer_id) if line.change_credits < 0 or line.payer_id else ""


def _row(line: StatementLine, names: PayerNames) -> tuple[str | int, ...]:
    return (
        line.time.isoformat(timespec="seconds").replace("+00:00", "Z"),
        line.what,
        line.change_credits,
        line.balance_credits,
        _through(line, names),
        line.reference,
        line.payer_id,
        line.charge_id,
    )


def _as_csv(rows: Sequence[Sequence[str | int]]) -> str:
    """Write rows by RFC 4180."""
    text = io.StringIO()
    csv.writer(text).writerows([csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
