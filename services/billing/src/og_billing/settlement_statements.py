"""What a batch reads and writes for Settle: customers, purchases, events and the months' grants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from og_billing.billed_months import BilledMonth
from og_billing.commands import Command, Settle
from og_billing.months import PlanGrant, invoice_charge_id
from og_billing.purchases import Payment
from og_billing.rows import array, columns, from_purchase, to_purchase
from og_billing.settling import Settlements
from og_service.fast_connection import FastConnection


def settles_of(commands: Iterable[Command]) -> list[Settle]:
    """Give those that settle."""
    return [command for command in commands if isinstance(command, Settle)]


def invoice_charge_ids(settles: Iterable[Settle]) -> list[str]:
    """Name the entries that may exist for the invoices of what is settled."""
    return [
        invoice_charge_id(invoice_id)
        for settle in settles
        if isinstance(settle.settled, BilledMonth)
        for invoice_id in (
            settle.settled.invoice_id,
            *(upgrade.invoice_id for upgrade in settle.settled.upgrades),
        )
    ]


async def read_settlements(connection: FastConnection, settles: Sequence[Settle]) -> Settlements:
    """Read what the ledger has of them, under the accounts' locks."""
    if not settles:
        return Settlements()
    payments = [s.settled.payment_id for s in settles if isinstance(s.settled, Payment)]
    versions = await connection.fetch(_VERSIONS, array([s.account_id for s in settles]))
    purchases = await connection.fetch(_PURCHASES, array(payments))
    handled = await connection.fetch(_HANDLED, array([s.event_id for s in settles]))
    return Settlements.found(
        {row["account_id"]: row["version"] for row in versions},
        map(to_purchase, purchases),
        (row["event_id"] for row in handled),
    )


async def write_settlements(
    connection: FastConnection, settlements: Settlements, now: datetime
) -> None:
    """Write what was settled."""
    settled = settlements.settled.values()
    if not settled:
        return
    await connection.fetch(_RAISE_VERSIONS, array([each.account_id for each in settled]))
    events = [(each.event_id, each.account_id) for each in settled if each.event_id]
    if events:
        await connection.fetch(_INSERT_EVENTS, now, *columns(events, 2))
    if settlements.changed:
        rows = map(from_purchase, settlements.changed.values())
        await connection.fetch(_UPSERT_PURCHASES, *columns(rows, 7))
    if settlements.entries:
        await connection.fetch(_INSERT_PURCHASE_ENTRIES, *columns(settlements.entries, 2))


async def write_plan_grants(connection: FastConnection, grants: Sequence[PlanGrant]) -> None:
    """Write which months the new grants are for."""
    if grants:
        await connection.fetch(_INSERT_PLAN_GRANTS, *columns(grants, 5))


_VERSIONS = """
SELECT account_id, version FROM billing.customers WHERE account_id = ANY($1::text::text[])
"""
_PURCHASES = """
SELECT * FROM billing.purchases WHERE payment_id = ANY($1::text::text[])
"""
_HANDLED = """
SELECT event_id FROM billing.handled_events WHERE event_id = ANY($1::text::text[])
"""
_RAISE_VERSIONS = """
UPDATE billing.customers SET version = version + 1 WHERE account_id = ANY($1::text::text[])
"""
_INSERT_EVENTS = """
INSERT INTO billing.handled_events (event_id, account_id, create_time)
SELECT *, $1::timestamptz FROM unnest($2::text::text[], $3::text::text[])
"""
_UPSERT_PURCHASES = """
INSERT INTO billing.purchases (
    payment_id, account_id, pack_id, credits, due_credits, taken_credits, entries
) SELECT * FROM unnest(
    $1::text::text[], $2::text::text[], $3::text::text[], $4::text::bigint[],
    $5::text::bigint[], $6::text::bigint[], $7::text::integer[]
)
ON CONFLICT (payment_id) DO UPDATE SET due_credits = excluded.due_credits,
    taken_credits = excluded.taken_credits, entries = excluded.entries
"""
_INSERT_PURCHASE_ENTRIES = """
INSERT INTO billing.purchase_entries (charge_id, payment_id)
SELECT * FROM unnest($1::text::uuid[], $2::text::text[])
"""
_INSERT_PLAN_GRANTS = """
INSERT INTO billing.plan_grants (charge_id, account_id, month, start_time, invoice_id)
SELECT * FROM unnest(
    $1::text::uuid[], $2::text::text[], $3::text::integer[], $4::text::timestamptz[],
    $5::text::text[]
)
"""
