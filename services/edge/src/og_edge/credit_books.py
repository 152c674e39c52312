"""What the ledger says of an account, as its owner reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, Protocol

from og_edge.deadline import Deadline


class Balance(NamedTuple):
    """What can be spent, of the plan's credits and of packs', and what is set aside besides."""

    available_credits: int
    plan_credits: int
    pack_credits: int
    reserved_credits: int


@dataclass(frozen=True)
class Subscription:
    """The plan whose credits an account gets each month, and when it gets the next ones.

    Where the month was paid, the next ones come with the next payment, and `renewal_time` is when
    the plan ends without one.
    """

    plan_id: str
    next_plan_id: str
    renewal_time: dt.datetime
    low_balance_credits: int
    is_paid: bool = False


class DaySpending(NamedTuple):
    """What was spent through one payer ("": the account itself) on one day of UTC."""

    day: dt.date
    payer_id: str
    spent_credits: int
    generations: int
    cached_cards: int


@dataclass(frozen=True)
class StatementLine:
    """What changed an account's credits for good, and what it had after that.

    `balance_credits` holds what was set aside then, too, so that each line follows from the one
    before it. `reference` names the card, or why credits came.
    """

    time: dt.datetime
    what: str
    change_credits: int
    balance_credits: int
    payer_id: str
    reference: str
    charge_id: str


@dataclass(frozen=True)
class StatementPage:
    """Some lines, newest first, and the token of the next page, "" at the end."""

    lines: Sequence[StatementLine]
    next_token: str


class NoticeKind(Enum):
    """What an account was told."""

    LOW_BALANCE = auto()
    OUT_OF_CREDITS = auto()


class Notice(NamedTuple):
    """Something that an account is to be told once."""

    kind: NoticeKind
    time: dt.datetime


class CreditBooks(Protocol):
    """What billing knows of accounts. Every method raises RemoteError and TimeoutError."""

    async def balance(self, account_id: str, deadline: Deadline) -> Balance:
        """Tell what an account has."""

    async def subscription(self, account_id: str, deadline: Deadline) -> Subscription | None:
        """Tell which plan's credits it gets; None: of none yet."""

    async def last_notice(self, account_id: str, deadline: Deadline) -> Notice | None:
        """Give the newest notice about its balance, of the last few notices."""

    async def spending(
        self, account_id: str, first_day: dt.date, deadline: Deadline
    ) -> Sequence[DaySpending]:
        """Give what was spent from a day on, newest day first; the newest MAX_SPENDING_ROWS."""

    async def statement(
        self, account_id: str, token: str, at_most: int, deadline: Deadline
    ) -> StatementPage:
        """Give a page of the statement, drawn from at_most entries; token "" is the newest."""


MAX_SPENDING_ROWS = 20_000
"""90 days of all the keys and sites that an account may have."""
