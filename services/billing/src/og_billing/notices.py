"""What an account should be told about its balance."""

from __future__ import annotations

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


_NEW_CARD_CREDITS = price_credits(ChargeKind.GENERATION)


def notices_of(account_id: str, before: Standing, after: Standing, now: datetime) -> list[Notice]:
    """Give a notice for each bound that the balance fell below; none where it was below it.

    What is set aside counts until it is taken: it may come back, and would cross a bound each time.
    """
    had, has = before.balance.total_credits, after.balance.total_credits
    subscription = after.subscription
    kinds = []
    if subscription and has < subscription.low_balance_credits <= had:
        kinds.append(NoticeKind.LOW_BALANCE)
    if has < _NEW_CARD_CREDITS <= had:
        kinds.append(NoticeKind.OUT_OF_CREDITS)
    return [Notice(account_id, kind, after.balance.available_credits, now) for kind in kinds]
