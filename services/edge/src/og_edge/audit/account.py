"""Looking at one account: its statement against its cards, its payers and its plan."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from og_edge.audit.findings import Finding, Kind
from og_edge.audit.records import HistoryLine, IndexLine, LedgerLine, Payers, PlanState
from og_edge.audit.statement import Continuity
from og_edge.audit.store import Books

PLANS_AGAIN_AFTER_S: Final = 3.0
"""A change of plan goes to billing first and to auth next: who looks in between looks again."""


class Ledger(Protocol):
    """What billing says."""

    def account_ids(self) -> AsyncIterator[list[str]]:
        """Name every account it knows."""

    def statement(self, account_id: str) -> AsyncIterator[list[LedgerLine]]:
        """Give a statement, newest entry first."""

    async def plan(self, account_id: str) -> PlanState | None:
        """Tell the plan of a subscription."""


class Accounts(Protocol):
    """What auth says."""

    def account_ids(self) -> AsyncIterator[list[str]]:
        """Name every account."""

    async def plan(self, account_id: str) -> PlanState | None:
        """Tell an account's plan."""

    async def payers(self, account_id: str) -> Payers:
        """Name an account's keys and sites."""

    async def is_deleted(self, account_id: str) -> bool:
        """Tell whether its owner has deleted it."""


class Cards(Protocol):
    """What edge keeps."""

    def account_ids(self) -> AsyncIterator[list[str]]:
        """Name every account that has something."""

    def history(self, account_id: str) -> AsyncIterator[list[HistoryLine]]:
        """Give the history of generations."""

    def cards(self, account_id: str) -> AsyncIterator[list[IndexLine]]:
        """Give the cards that are kept."""

    async def owner_of(self, generation_id: str) -> str | None:
        """Tell in whose history a generation is."""


@dataclass
class Totals:
    """What was looked at."""

    accounts: int = 0
    charges: int = 0
    charged_credits: int = 0
    generations: int = 0


@dataclass(frozen=True)
class AccountAudit:
    """Looks at accounts; what is younger than min_age may be under way and is no finding."""

    ledger: Ledger
    accounts: Accounts
    cards: Cards
    min_age: dt.timedelta
    totals: Totals

    async def examine(
        self, account_id: str, *, is_known: bool, received: Iterable[str] | None = None
    ) -> AsyncIterator[Finding]:
        """Give what is wrong with an account; is_known tells whether auth knows it.

        received are the ids of all answers that its clients got, where they were written down.
        """
        if not is_known:
            yield Finding(Kind.UNKNOWN_ACCOUNTS, account_id, account_id)
        # The ledger before the rest: a card is published before it is charged, and a key is made
        # before it pays, so what is charged by now is there when the others are read.
        cutoff = dt.datetime.now(dt.UTC) - self.min_age
        with Books.opened() as books:
            async for charge_id, detail in self._read_statement(account_id, books):
                yield Finding(Kind.STATEMENT_DOES_NOT_CONTINUE, account_id, charge_id, detail)
            payers = await self.accounts.payers(account_id) if is_known else Payers()
            # A history that is gone with its account says nothing of what was charged.
            is_deleted = is_known and await self.accounts.is_deleted(account_id)
            await self._read_cards(account_id, books)
            if received is not None:
                books.add_answers(received)
            self._count(books)
            for kind, subject, detail in books.contradictions(cutoff):
                if is_deleted and kind is Kind.CHARGED_WITHOUT_CARD:
                    continue
                yield await self._refined(Finding(kind, account_id, subject, detail))
            for payer_id, charges, paid in books.strange_payers(payers, cutoff):
                detail = f"{charges} charges, {paid} credits"
                yield Finding(Kind.UNKNOWN_PAYERS, account_id, payer_id, detail)
        if is_known and (detail := await self._plans_differ(account_id)):
            yield Finding(Kind.PLANS_DIFFER, account_id, account_id, detail)

    async def _read_statement(
        self, account_id: str, books: Books
    ) -> AsyncIterator[tuple[str, str]]:
        continuity = Continuity()
        async for lines in self.ledger.statement(account_id):
            books.add_ledger(lines)
            for broken in continuity.breaks(lines):
                yield broken
        for broken in continuity.end():
            yield broken

    async def _read_cards(self, account_id: str, books: Books) -> None:
        async for history in self.cards.history(account_id):
            books.add_history(history)
        async for index in self.cards.cards(account_id):
            books.add_index(index)

    def _count(self, books: Books) -> None:
        charges, paid, generations = books.totals()
        self.totals.accounts += 1
        self.totals.charges += charges
        self.totals.charged_credits += paid
        self.totals.generations += generations

    async def _refined(self, finding: Finding) -> Finding:
        if finding.kind is Kind.CHARGED_WITHOUT_CARD:
            owner = await self.cards.owner_of(finding.subject)
            if owner is not None:
                detail = f"{finding.detail}, the card is {owner}'s"
                return Finding(
                    Kind.CHARGED_ANOTHERS_CARD, finding.account_id, finding.subject, detail
                )
        return finding

    async def _plans_differ(self, account_id: str) -> str:
        if not await self._difference_of_plans(account_id):
            return ""
        await asyncio.sleep(PLANS_AGAIN_AFTER_S)
        return await self._difference_of_plans(account_id)

    async def _difference_of_plans(self, account_id: str) -> str:
        """Tell both plans if they differ; who has no subscription was given credits by hand."""
        paid = await self.ledger.plan(account_id)
        had = await self.accounts.plan(account_id)
        if paid is None or paid == had:
            return ""
        return f"auth: {had}; billing: {paid}"
