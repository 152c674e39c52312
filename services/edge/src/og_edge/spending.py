"""What is spent through keys and sites today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from og_edge.credit_books import CreditBooks, DaySpending
from og_edge.deadline import Deadline


async def spent_today(
    books: CreditBooks, account_id: str, deadline: Deadline
) -> Mapping[str, DaySpending]:
    """Tell what was spent today (UTC) by the id of the key or site; nothing: it is missing.

    Raises RemoteError and TimeoutError.
    """
    today = dt.datetime.now(dt.UTC).date()
    return {row.payer_id: row for row in await books.spending(account_id, today, deadline)}


def nothing_spent(payer_id: str) -> DaySpending:
    """Stand for a payer through whom nothing was spent today."""
    return DaySpending(dt.datetime.now(dt.UTC).date(), payer_id, 0, 0, 0)
