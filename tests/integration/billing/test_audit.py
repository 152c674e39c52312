from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime

import psycopg
import pytest

from og.billing.v1 import billing_pb2 as pb
from og_billing.audit import add_up
from tests.integration.billing.client import audit, new_id, serving
from tests.support.database_clock import DatabaseClock
from tests.support.stores import FreshDatabase


@pytest.fixture(scope="module")
async def audited_dsn(fresh_database: FreshDatabase, admin_of: Callable[[str], str]) -> str:
    """Give a ledger with some of everything; its subscriber is in the second month of a plan."""
    dsn = fresh_database("billing")
    start = datetime(2031, 1, 31, 12, tzinfo=UTC)
    with closing(DatabaseClock(admin_of(dsn), "og_billing", start)) as clock:
        await _fill(dsn, clock)
    return dsn


async def _fill(dsn: str, clock: DatabaseClock) -> None:
    charge_id = new_id()
    async with serving(dsn) as client:
        for plan_id in ("free", "starter"):
            await client.set_plan("subscriber", plan_id)
        clock.set(datetime(2031, 2, 28, 11, 59, tzinfo=UTC))
        await client.reserve("subscriber", charge_id=charge_id, hold_s=600)
        clock.set(datetime(2031, 2, 28, 12, 1, tzinfo=UTC))
        await client.release(charge_id)
        account, charge_id = await client.account(plan=100, pack=30), new_id()
        await client.charge(account, payer=pb.Payer(payer_id="key_1"))
        await client.reserve(account)
        await client.reserve(account, pb.CHARGE_KIND_AI_GENERATION, charge_id=charge_id)
        await client.capture(charge_id, pb.CHARGE_KIND_GENERATION)


async def test_an_undamaged_ledger_passes(audited_dsn: str) -> None:
    found = await audit(audited_dsn)
    assert found.passed
    assert (found.entries, found.open_reservations, found.expired_reservations) == (12, 1, 0)


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE billing.balances SET pack_credits = pack_credits + 1", "wrong_balances"),
        ("UPDATE billing.balances SET held_credits = 0", "wrong_balances"),
        ("UPDATE billing.transfers SET credits = 2 WHERE credit = 'revenue'", "wrong_entries"),
        ("DELETE FROM billing.transfers WHERE credit = 'held'", "wrong_entries"),
        ("UPDATE billing.transfers SET charge_id = gen_random_uuid()", "wrong_entries"),
        ("UPDATE billing.transfers SET account_id = 'subscriber'", "wrong_entries"),
        ("UPDATE billing.entries SET credits = 2 WHERE action = 'reserve'", "wrong_entries"),
        ("UPDATE billing.entries SET credits = 2 WHERE action = 'charge'", "wrong_balances"),
        ("UPDATE billing.entries SET credits = 2 WHERE action = 'charge'", "broken_statements"),
        ("UPDATE billing.entries SET paid_from = 'pack' WHERE action = 'charge'", "wrong_balances"),
        ("UPDATE billing.entries SET paid_from = NULL", "wrong_entries"),
        (
            "INSERT INTO billing.transfers TABLE billing.moves ON CONFLICT DO NOTHING",
            "wrong_entries",
        ),
        ("UPDATE billing.entries SET account_id = 'nobody'", "wrong_balances"),
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
        ("UPDATE billing.subscriptions SET granted_credits = 100", "wrong_subscriptions"),
        ("UPDATE billing.subscriptions SET month = 0", "wrong_subscriptions"),
        (
            "UPDATE billing.subscriptions SET period_end_time = period_end_time + interval '1 day'",
            "wrong_subscriptions",
        ),
        ("DELETE FROM billing.subscriptions", "wrong_subscriptions"),
        (
            "UPDATE billing.entries SET reference = 'free' WHERE action = 'plan_grant'",
            "wrong_months",
        ),
        (
            "UPDATE billing.entries SET create_time = '2031-02-01' WHERE action = 'plan_grant'",
            "wrong_months",
        ),
        (
            "UPDATE billing.entries SET plan_credits = 2010 WHERE plan_credits = 2000",
            "wrong_months",
        ),
        (
            "UPDATE billing.entries SET credits = 300000 WHERE credits = 1900",
            "wrong_months",
        ),
        (
            "UPDATE billing.entries SET plan_credits = 1 WHERE action = 'expire'",
            "wrong_expiries",
        ),
        (
            "UPDATE billing.entries SET expired_credits = 0 WHERE action = 'release'",
            "wrong_expiries",
        ),
        (
            "UPDATE billing.transfers SET credit = 'plan' WHERE credit = 'expired' AND closes",
            "wrong_expiries",
        ),
        ("DELETE FROM billing.transfers WHERE credit = 'expired'", "wrong_expiries"),
        ("DELETE FROM billing.plan_grants", "wrong_months"),
        ("UPDATE billing.plan_grants SET month = 0", "wrong_months"),
        (
            "UPDATE billing.plan_grants SET start_time = start_time + interval '1 day'",
            "wrong_months",
        ),
        ("UPDATE billing.subscriptions SET invoice_id = 'in_1'", "wrong_subscriptions"),
        (
            "INSERT INTO billing.purchases VALUES ('pi_1', 'subscriber', 'small', 9, 0, 0, 1)",
            "wrong_purchases",
        ),
        (
            "INSERT INTO billing.purchase_entries VALUES (gen_random_uuid(), 'pi_1')",
            "wrong_purchases",
        ),
        (
            "UPDATE billing.open_reservations SET expire_time = now() - interval '1 minute'",
            "overdue_reservations",
        ),
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
