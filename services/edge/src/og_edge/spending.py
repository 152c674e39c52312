"""What is spent through keys and sites today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from og_edge.credit_books import CreditBooks, DaySpending
from og_edge.deadline import Deadline
from og_service.status import RemoteError

log = structlog.get_logger()


@dataclass(frozen=True)
class SpentToday:
    """What was spent today (UTC) by the id of the key or site; `rows` None: nobody can say now."""

    day: dt.date
    rows: Mapping[str, DaySpending] | None

    def of(self, payer_id: str) -> DaySpending | None:
        """Tell what was spent through a key or site; None where that is not known now."""
        if self.rows is None:
            return None
        return self.rows.get(payer_id) or DaySpending(self.day, payer_id, 0, 0, 0)


async def spent_today(books: CreditBooks, account_id: str, deadline: Deadline) -> SpentToday:
    """Tell what was spent today; keys and sites can be looked after without."""
    today = dt.datetime.now(dt.UTC).date()
    try:
        rows = await books.spending(account_id, today, deadline)
    except (RemoteError, TimeoutError) as error:
        log.warning("spending of today not known", cause=repr(error))
        return SpentToday(today, None)
    return SpentToday(today, {row.payer_id: row for row in rows})
