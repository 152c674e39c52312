from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors

from tests.integration.billing.client import Client

ALLOWED = {
    "entries": {"SELECT", "INSERT"},
    "transfers": {"SELECT", "INSERT"},
    "moves": {"SELECT"},
    "balances": {"SELECT", "INSERT"},
    "open_reservations": {"SELECT", "INSERT", "DELETE"},
    "daily_spending": {"SELECT", "INSERT", "DELETE"},
    "subscriptions": {"SELECT", "INSERT"},
    "plan_grants": {"SELECT", "INSERT"},
    "customers": {"SELECT", "INSERT"},
    "purchases": {"SELECT", "INSERT"},
    "purchase_entries": {"SELECT", "INSERT"},
    "handled_events": {"SELECT", "INSERT", "DELETE"},
    "notices": {"SELECT", "INSERT"},
    "schema_migrations": set[str](),
}
CHANGEABLE = {
    "balances": {"plan_credits", "pack_credits", "held_credits"},
    "daily_spending": {"credits", "generations", "cached_cards"},
    "customers": {"version"},
    "purchases": {"due_credits", "taken_credits", "entries"},
    "subscriptions": {  # all but whose it is
        "anchor_time",
        "anchor_month",
        "invoice_id",
        "plan_id",
        "next_plan_id",
        "month",
        "granted_credits",
        "low_balance_credits",
        "period_end_time",
    },
}


@pytest.mark.parametrize("table", ALLOWED)
def test_the_service_may_do_what_it_needs_and_no_more(ledger_dsn: str, table: str) -> None:
    possible = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    with psycopg.connect(ledger_dsn) as connection:
        rows = connection.execute(
            "SELECT right_name FROM unnest(%s::text[]) AS right_name"
            " WHERE has_table_privilege(%s, right_name)",
            (possible, f"billing.{table}"),
        )
        assert {row[0] for row in rows} == ALLOWED[table]


def test_of_what_follows_it_may_change_some_columns_and_of_what_happened_none(
    ledger_dsn: str, admin_of: Callable[[str], str]
) -> None:
    with psycopg.connect(admin_of(ledger_dsn)) as connection:
        rows = connection.execute(
            "SELECT table_name, array_agg(column_name::text)"
            " FROM information_schema.columns WHERE table_schema = 'billing'"
            " AND has_column_privilege('og_billing', 'billing.' || table_name, column_name,"
            " 'UPDATE') GROUP BY table_name"
        ).fetchall()
    assert {table: set(columns) for table, columns in rows} == CHANGEABLE


def test_no_table_or_view_is_forgotten(ledger_dsn: str, admin_of: Callable[[str], str]) -> None:
    with psycopg.connect(admin_of(ledger_dsn)) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'billing'::regnamespace AND relkind IN ('r', 'v', 'm')"
        )
        assert {row[0] for row in rows} == set(ALLOWED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing.transfers SET credits = 1",
        "DELETE FROM billing.transfers",
        "TRUNCATE billing.transfers",
        "UPDATE billing.entries SET reference = ''",
        "UPDATE billing.entries SET expired_credits = 0",
        "UPDATE billing.entries SET payer_id = ''",
        "UPDATE billing.entries SET paid_from = NULL",
        "DELETE FROM billing.entries",
        "TRUNCATE billing.entries CASCADE",
        "UPDATE billing.balances SET account_id = 'x'",
        "DELETE FROM billing.balances",
        "UPDATE billing.daily_spending SET payer_id = 'x'",
        "UPDATE billing.daily_spending SET day = day + 1",
        "UPDATE billing.subscriptions SET account_id = 'x'",
        "UPDATE billing.plan_grants SET month = 7",
        "DELETE FROM billing.plan_grants",
        "UPDATE billing.customers SET customer_id = 'x'",
        "UPDATE billing.purchases SET credits = credits + 1",
        "DELETE FROM billing.purchases",
        "DELETE FROM billing.purchase_entries",
        "UPDATE billing.handled_events SET event_id = 'x'",
        "DELETE FROM billing.subscriptions",
        "UPDATE billing.notices SET available_credits = 0",
        "DELETE FROM billing.notices",
        "TRUNCATE billing.notices",
        "CREATE TABLE billing.mine ()",
        "ALTER TABLE billing.transfers DISABLE TRIGGER ALL",
    ],
)
def test_what_was_written_cannot_be_changed(ledger_dsn: str, statement: str) -> None:
    with psycopg.connect(ledger_dsn) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize("bucket", ["plan", "pack", "held"])
async def test_the_database_itself_refuses_a_negative_balance(
    billing: Client, ledger_dsn: str, bucket: str
) -> None:
    account = await billing.account(plan=1)
    statement = f"UPDATE billing.balances SET {bucket}_credits = -1 WHERE account_id = %s"  # noqa: S608 - ours
    with psycopg.connect(ledger_dsn) as connection, pytest.raises(errors.CheckViolation):
        connection.execute(statement.encode(), (account,))
