"""What an account should be told about its balance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from og_billing.commands import price_credits
from og_billing.entries import ChargeKind
from og_billing.months import Standing


class NoticeKind(StrEnum):
    """What came about."""

    LOW_BALANCE = "low_balance"
    OUT_OF_CREDITS = "out_of_credits"


@dataclass(frozen=True, slots=True)
class Notice:
    """What came about, and what could be spent then."""

    account_id: str
    kind: NoticeKind
    available_credits: int
    create_time: datetime


def notices_of(
    account_id: str, before: Standing, after: Standing, now: datetime
) -> Iterator[Notice]:
    """Give a notice for each bound that the balance fell below; none where it was below it.

    What is set aside counts until it is taken: it may come back, and would cross a bound each time.
    """
    had, has = before.balance.total_credits, after.balance.total_credits
    subscription = after.subscription
    bounds = (
        (NoticeKind.LOW_BALANCE, subscription.low_balance_credits if subscription else 0),
        (NoticeKind.OUT_OF_CREDITS, price_credits(ChargeKind.GENERATION)),
    )
    for kind, bound in bounds:
        if has < bound <= had:
            yield Notice(account_id, kind, after.balance.available_credits, now)
