"""What is compared: lines of the ledger, of the index of cards and of their history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

EVER: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class LedgerLine:
    """One entry of an account's statement; kind as the contract names it, in lower case."""

    charge_id: str
    kind: str
    charged_credits: int
    delta_credits: int
    balance_credits: int
    payer_id: str
    time: dt.datetime


@dataclass(frozen=True)
class HistoryLine:
    """A generation: a card that was drawn, and what was to be paid for it."""

    generation_id: str
    price_credits: int
    time: dt.datetime


@dataclass(frozen=True)
class IndexLine:
    """A card that is kept, and the charge that bought it."""

    charge_id: str
    settled: bool
    time: dt.datetime


@dataclass(frozen=True)
class PlanState:
    """The plan of an account; next_plan_id is empty, and next_time None, where none is coming."""

    plan_id: str
    next_plan_id: str = ""
    next_time: dt.datetime | None = None

    def __str__(self) -> str:
        if self.next_time is None:
            return self.plan_id
        return f"{self.plan_id}, from {self.next_time:%Y-%m-%d %H:%M:%S}Z {self.next_plan_id}"


@dataclass(frozen=True)
class Payers:
    """The keys and sites of an account; who paid up to `complete_since` may be forgotten by now."""

    ids: frozenset[str] = frozenset()
    complete_since: dt.datetime = EVER


@dataclass(frozen=True)
class LedgerSums:
    """The ledger added up by itself: figures that must be zero, and others."""

    faults: Mapping[str, int]
    counts: Mapping[str, int]
