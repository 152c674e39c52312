"""An account's entries as lines of a statement: one for each entry, or one for each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from og.billing.v1 import billing_pb2
from og_cli.output import moment
from og_cli.system import CALL_TIMEOUT_S, System
from og_cli.tables import Column, Row
from og_plans.statements import entry_word
from og_service.progress import Progress

PAGE_ENTRIES: Final = 1_000

ENTRY_COLUMNS: Final = (
    Column("time", 20),
    Column("what", 12),
    Column("change", 11, is_number=True),
    Column("charged", 7, is_number=True),
    Column("balance", 11, is_number=True),
    Column("through", 20),
    Column("reference", 1),
    Column("kind", 0),
    Column("payer_id", 0),
    Column("charge_id", 0),
)
DAY_COLUMNS: Final = (
    Column("day", 10),
    Column("cached_cards", 12, is_number=True),
    Column("new_cards", 9, is_number=True),
    Column("ai_cards", 8, is_number=True),
    Column("charged", 9, is_number=True),
    Column("added", 11, is_number=True),
    Column("expired", 11, is_number=True),
)
PAYER_COLUMNS: Final = (Column("through", 20), Column("payer_id", 1))


@dataclass(frozen=True)
class Days:
    """A range of days of UTC, both ends in it; None is open."""

    first: dt.date | None
    last: dt.date | None


async def entries_of(
    system: System, account_id: str, days: Days, at_most: int | None
) -> AsyncIterator[billing_pb2.Entry]:
    """List the entries of some days, newest first, a page in memory; at_most None gives all."""
    request = billing_pb2.ListEntriesRequest(account_id=account_id)
    given = 0
    with Progress("entries read") as progress:
        while True:
            request.page_size = PAGE_ENTRIES if days.last or at_most is None else at_most
            page = await system.billing.ListEntries(request, timeout=CALL_TIMEOUT_S)
            progress.advance(len(page.entries))
            for entry in page.entries:
                day = day_of(entry)
                if days.last and day > days.last:
                    continue
                if given == at_most or (days.first and day < days.first):
                    return
                given += 1
                yield entry
            request.page_token = page.next_page_token
            if not page.next_page_token or given == at_most:
                return


def day_of(entry: billing_pb2.Entry) -> dt.date:
    """Give the day of UTC on which it happened."""
    return dt.datetime.fromtimestamp(entry.create_time.seconds, dt.UTC).date()


async def entry_rows(
    entries: AsyncIterator[billing_pb2.Entry], names: Mapping[str, str]
) -> AsyncIterator[Row]:
    """Tell each entry; names are those of payers, by id."""
    async for entry in entries:
        kind = billing_pb2.EntryKind.Name(entry.kind).removeprefix("ENTRY_KIND_").lower()
        yield {
            "time": moment(entry.create_time),
            "what": entry_word(kind),
            "change": entry.available_delta_credits,
            "charged": entry.charged_credits,
            "balance": entry.balance.available_credits,
            "through": names.get(entry.payer_id, entry.payer_id),
            "reference": entry.reference,
            "kind": kind,
            "payer_id": entry.payer_id,
            "charge_id": entry.charge_id,
        }


@dataclass
class _Sum:
    """What came together on one day, through one payer."""

    cached_cards: int = 0
    new_cards: int = 0
    ai_cards: int = 0
    charged: int = 0
    added: int = 0
    expired: int = 0

    def add(self, entry: billing_pb2.Entry) -> None:
        """Count an entry; what was set aside and given back is neither spent nor added."""
        self.charged += entry.charged_credits
        match entry.kind:
            case billing_pb2.ENTRY_KIND_CACHED_CARD:
                self.cached_cards += 1
            case billing_pb2.ENTRY_KIND_GENERATION:
                self.new_cards += 1
            case billing_pb2.ENTRY_KIND_AI_GENERATION:
                self.ai_cards += 1
            case (
                billing_pb2.ENTRY_KIND_GRANT
                | billing_pb2.ENTRY_KIND_PLAN_CREDITS
                | billing_pb2.ENTRY_KIND_REVERSAL
            ):
                self.added += entry.available_delta_credits  # a reversal's is negative
            case billing_pb2.ENTRY_KIND_PLAN_EXPIRY:
                self.expired -= entry.available_delta_credits


async def day_rows(
    entries: AsyncIterator[billing_pb2.Entry], names: Mapping[str, str], *, by_payer: bool
) -> AsyncIterator[Row]:
    """Add entries up by day, and by payer where that is wanted; one day is kept at a time."""
    day: dt.date | None = None
    sums: dict[str, _Sum] = {}
    async for entry in entries:
        if day != day_of(entry):
            for row in _rows_of(day, sums, names):
                yield row
            day, sums = day_of(entry), {}
        sums.setdefault(entry.payer_id if by_payer else "", _Sum()).add(entry)
    for row in _rows_of(day, sums, names):
        yield row


def _rows_of(day: dt.date | None, sums: Mapping[str, _Sum], names: Mapping[str, str]) -> list[Row]:
    return [
        {
            "day": str(day),
            "through": names.get(payer_id, payer_id),
            "payer_id": payer_id,
            **vars(sums[payer_id]),
        }
        for payer_id in sorted(sums)
    ]
