"""An account that its owner deleted has a ledger still, and no history any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from og_edge.audit.account import AccountAudit, Totals
from og_edge.audit.findings import Kind
from og_edge.audit.records import EVER, HistoryLine, IndexLine, LedgerLine, Payers, PlanState

A_WHILE_AGO = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)


@dataclass(frozen=True)
class Services:
    """What billing, auth and edge say of an account with one new card that was charged."""

    deleted: bool

    async def account_ids(self) -> AsyncIterator[list[str]]:
        yield ["acct_1"]

    async def statement(self, account_id: str) -> AsyncIterator[list[LedgerLine]]:
        del account_id
        yield [LedgerLine("charge", "generation", 10, 0, 90, "key_1", A_WHILE_AGO)]
        yield [LedgerLine("charge", "reservation", 0, -10, 90, "key_1", A_WHILE_AGO)]

    async def plan(self, account_id: str) -> PlanState | None:
        del account_id
        return None

    async def payers(self, account_id: str) -> Payers:
        del account_id
        return Payers(frozenset({"key_1"}), EVER)

    async def is_deleted(self, account_id: str) -> bool:
        del account_id
        return self.deleted

    async def history(self, account_id: str) -> AsyncIterator[list[HistoryLine]]:
        del account_id
        yield []

    async def cards(self, account_id: str) -> AsyncIterator[list[IndexLine]]:
        del account_id
        yield []

    async def owner_of(self, generation_id: str) -> str | None:
        del generation_id
        return None


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_charge_without_history_is_a_finding_unless_its_account_is_gone(
    deleted: bool,  # noqa: FBT001 - a case
) -> None:
    services = Services(deleted)
    audit = AccountAudit(services, services, services, dt.timedelta(0), Totals())
    kinds = {finding.kind async for finding in audit.examine("acct_1", is_known=True)}
    assert (Kind.CHARGED_WITHOUT_CARD in kinds) is not deleted
