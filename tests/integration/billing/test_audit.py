from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import psycopg
import pytest

from og.billing.v1 import billing_pb2 as pb
from og_billing.audit import add_up
from tests.integration.billing.client import audit, new_id, serving
from tests.support.stores import FreshDatabase


@pytest.fixture(scope="module")
async def audited_dsn(fresh_database: FreshDatabase) -> str:
    dsn = fresh_database("billing")
    async with serving(dsn) as client:
        account, charge_id = await client.account(plan=100, pack=30), new_id()
        await client.charge(account, payer=pb.Payer(payer_id="key_1"))
        await client.reserve(account)
        await client.reserve(account, pb.CHARGE_KIND_AI_GENERATION, charge_id=charge_id)
        await client.capture(charge_id, pb.CHARGE_KIND_GENERATION)
    return dsn


async def test_an_undamaged_ledger_passes(audited_dsn: str) -> None:
    found = await audit(audited_dsn)
    assert found.passed
    assert (found.entries, found.open_reservations, found.expired_reservations) == (6, 1, 0)


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE billing.balances SET pack_credits = pack_credits + 1", "wrong_balances"),
        ("UPDATE billing.balances SET held_credits = 0", "wrong_balances"),
        ("UPDATE billing.transfers SET credits = 2 WHERE credit = 'revenue'", "wrong_entries"),
        ("DELETE FROM billing.transfers WHERE credit = 'held'", "wrong_entries"),
        ("UPDATE billing.entries SET credits = 2 WHERE action = 'charge'", "wrong_entries"),
        (
            "UPDATE billing.entries SET pack_credits = 7 WHERE action = 'charge'",
            "broken_statements",
        ),
        (
            "UPDATE billing.entries SET returned_credits = 80 WHERE action = 'capture'",
            "broken_statements",
        ),
        (
            "UPDATE billing.entries SET returned_credits = 80 WHERE action = 'capture'",
            "wrong_reservations",
        ),
        ("DELETE FROM billing.open_reservations", "wrong_reservations"),
        (
            "UPDATE billing.open_reservations SET charge_id = gen_random_uuid()",
            "wrong_reservations",
        ),
        ("UPDATE billing.daily_spending SET credits = credits + 1", "wrong_days"),
        ("UPDATE billing.daily_spending SET generations = generations + 1", "wrong_days"),
        ("UPDATE billing.daily_spending SET cached_cards = 0", "wrong_days"),
        ("UPDATE billing.daily_spending SET day = day - 1", "wrong_days"),
        ("DELETE FROM billing.daily_spending WHERE payer_id = ''", "wrong_days"),
        ("UPDATE billing.entries SET payer_id = 'key_2' WHERE action = 'charge'", "wrong_days"),
    ],
)
async def test_damage_is_found(
    audited_dsn: str, admin_of: Callable[[str], str], damage: str, finding: str
) -> None:
    async with await psycopg.AsyncConnection.connect(admin_of(audited_dsn)) as administrator:
        await administrator.execute(damage.encode())
        found = await add_up(administrator)
        await administrator.rollback()
    assert not found.passed
    assert asdict(found)[finding] > 0
