"""Adds the whole ledger up again, trusting none of its sums."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from og_billing.spending import RETENTION_DAYS


@dataclass(frozen=True, slots=True)
class Audit:
    """What verify() counted; all but the last three figures must be 0.

    `wrong_balances` differ from the sum of their transfers, `wrong_entries` from theirs.
    `broken_statements` counts entries whose balance does not follow from the entry before,
    `wrong_reservations` those whose entries contradict each other or the list of open ones,
    `wrong_days` the counts of a payer's day that are not its entries', within RETENTION_DAYS.
    """

    sum_of_transfers_credits: int
    wrong_balances: int
    negative_balances: int
    wrong_entries: int
    broken_statements: int
    duplicate_charges: int
    wrong_reservations: int
    wrong_days: int
    entries: int
    open_reservations: int
    expired_reservations: int

    @property
    def passed(self) -> bool:
        """Whether the ledger adds up."""
        return not any(
            count
            for name, count in asdict(self).items()
            if name not in {"entries", "open_reservations", "expired_reservations"}
        )


async def add_up(connection: AsyncConnection[Any]) -> Audit:
    """Read the ledger once; consistent in a transaction that is REPEATABLE READ."""
    params = {"retention_days": RETENTION_DAYS}
    cursor = await connection.cursor(row_factory=dict_row).execute(_VERIFY, params)
    [row] = await cursor.fetchall()
    return Audit(**row)


_VERIFY = """
WITH sides AS (
    SELECT account_id, debit AS bucket, -credits AS credits FROM billing.transfers
    UNION ALL SELECT account_id, credit, credits FROM billing.transfers
), sums AS (
    SELECT account_id,
        coalesce(sum(credits) FILTER (WHERE bucket = 'plan'), 0) AS plan_credits,
        coalesce(sum(credits) FILTER (WHERE bucket = 'pack'), 0) AS pack_credits,
        coalesce(sum(credits) FILTER (WHERE bucket = 'held'), 0) AS held_credits
    FROM sides GROUP BY account_id
), moved AS (
    SELECT charge_id, closes, sum(credits) AS credits FROM billing.transfers
    GROUP BY charge_id, closes
), statements AS (
    SELECT action, credits, returned_credits, plan_credits + pack_credits - coalesce(
        lag(plan_credits + pack_credits) OVER (PARTITION BY account_id ORDER BY entry_id), 0
    ) AS delta
    FROM billing.entries
), reservations AS (
    SELECT charge_id, count(*) FILTER (WHERE action = 'reserve') AS opened,
        count(*) FILTER (WHERE closes) AS closed,
        sum(CASE WHEN closes THEN -credits - returned_credits ELSE credits END) AS left_credits
    FROM billing.entries GROUP BY charge_id HAVING bool_or(closes OR action = 'reserve')
), kept AS (
    SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date - %(retention_days)s AS first_day
), paid AS (
    SELECT o.account_id, (o.create_time AT TIME ZONE 'UTC')::date AS day, o.payer_id,
        coalesce(c.kind, o.kind) = 'cached_card' AS cached,
        coalesce(c.credits, o.credits) AS credits
    FROM billing.entries o
    -- A version that knew no payers closed without counting.
    LEFT JOIN billing.entries c ON c.charge_id = o.charge_id AND c.closes AND c.payer_id IS NOT NULL
    WHERE o.action IN ('charge', 'reserve') AND o.payer_id IS NOT NULL
        AND c.action IS DISTINCT FROM 'release'
), days AS (
    SELECT account_id, day, payer_id, sum(credits) AS credits,
        count(*) FILTER (WHERE NOT cached) AS generations,
        count(*) FILTER (WHERE cached) AS cached_cards
    FROM paid GROUP BY account_id, day, payer_id
)
SELECT
    (SELECT coalesce(sum(credits), 0)::bigint FROM sides) AS sum_of_transfers_credits,
    (SELECT count(*) FROM billing.balances b FULL JOIN sums s USING (account_id)
        WHERE (b.plan_credits, b.pack_credits, b.held_credits) IS DISTINCT FROM
            (coalesce(s.plan_credits, 0), coalesce(s.pack_credits, 0), coalesce(s.held_credits, 0))
    ) AS wrong_balances,
    (SELECT count(*) FROM billing.balances
        WHERE least(plan_credits, pack_credits, held_credits) < 0) AS negative_balances,
    (SELECT count(*) FROM billing.entries e LEFT JOIN moved m USING (charge_id, closes)
        WHERE e.credits + e.returned_credits IS DISTINCT FROM m.credits) AS wrong_entries,
    (SELECT count(*) FROM statements WHERE delta <> CASE action
        WHEN 'grant' THEN credits WHEN 'release' THEN credits
        WHEN 'capture' THEN returned_credits ELSE -credits END) AS broken_statements,
    (SELECT count(*) FROM (SELECT FROM billing.entries
        GROUP BY charge_id, closes HAVING count(*) > 1) d) AS duplicate_charges,
    (SELECT count(*) FROM reservations r FULL JOIN billing.open_reservations o USING (charge_id)
        WHERE r.opened IS DISTINCT FROM 1
            OR r.closed + (o.charge_id IS NOT NULL)::int <> 1
            OR (r.closed = 1 AND r.left_credits <> 0)) AS wrong_reservations,
    (SELECT count(*) FROM days d FULL JOIN billing.daily_spending s
            USING (account_id, day, payer_id) CROSS JOIN kept
        WHERE day >= first_day AND (s.credits, s.generations, s.cached_cards) IS DISTINCT FROM
            (coalesce(d.credits, 0), coalesce(d.generations, 0), coalesce(d.cached_cards, 0))
    ) AS wrong_days,
    (SELECT count(*) FROM billing.entries) AS entries,
    (SELECT count(*) FROM billing.open_reservations) AS open_reservations,
    (SELECT count(*) FROM billing.open_reservations
        WHERE expire_time <= now()) AS expired_reservations
"""
