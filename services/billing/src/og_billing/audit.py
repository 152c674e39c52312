"""Adds the whole ledger up again, trusting none of its sums."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from og_billing.spending import RETENTION_DAYS
from og_plans import PLANS

OVERDUE_S: Final = 30
"""Thirty times what the sweeper takes, so that one that was just started is not doubted."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What verify() counted; all but the last three figures must be 0.

    `wrong_balances` differ from the sum of their transfers or do not exist, `wrong_entries` from
    theirs.
    `broken_statements` counts entries whose balance does not follow from the entry before,
    `wrong_reservations` those whose entries contradict each other or the list of open ones,
    `wrong_days` the counts of a payer's day that are not its entries', within RETENTION_DAYS.
    `wrong_months` brought a plan's credits twice, more than the dearest plan of the table, or
    began with credits of the month before; `wrong_subscriptions` differ from what their present
    month brought, or from their own calendar. `wrong_expiries` let other credits expire than they
    say, leave some, or gave back what was over. `overdue_reservations` are still open
    OVERDUE_S after their time, which the sweeper of a working service lets none be.
    """

    sum_of_transfers_credits: int
    wrong_balances: int
    negative_balances: int
    wrong_entries: int
    broken_statements: int
    duplicate_charges: int
    wrong_reservations: int
    wrong_days: int
    wrong_months: int
    wrong_subscriptions: int
    wrong_expiries: int
    overdue_reservations: int
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
    dearest = max(plan.monthly_credits for plan in PLANS.values())
    params = {"retention_days": RETENTION_DAYS, "dearest_credits": dearest, "overdue_s": OVERDUE_S}
    cursor = await connection.cursor(row_factory=dict_row).execute(_VERIFY, params)
    [row] = await cursor.fetchall()
    return Audit(**row)


_VERIFY = """
WITH sides AS (
    SELECT account_id, debit AS bucket, -credits AS credits FROM billing.moves
    UNION ALL SELECT account_id, credit, credits FROM billing.moves
), sums AS (
    SELECT account_id,
        coalesce(sum(credits) FILTER (WHERE bucket = 'plan'), 0) AS plan_credits,
        coalesce(sum(credits) FILTER (WHERE bucket = 'pack'), 0) AS pack_credits,
        coalesce(sum(credits) FILTER (WHERE bucket = 'held'), 0) AS held_credits
    FROM sides GROUP BY account_id
), moved AS (
    SELECT charge_id, closes, account_id, sum(credits) AS credits FROM billing.moves
    GROUP BY charge_id, closes, account_id
), statements AS (
    SELECT action, credits, returned_credits, expired_credits,
        plan_credits + pack_credits - coalesce(
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
), dated AS (
    -- In which month of its account's subscription an entry is, by the database's own calendar.
    SELECT e.*, anchor, calendar - (anchor + make_interval(months => calendar) > at)::int AS month
    FROM billing.entries e JOIN billing.subscriptions s USING (account_id)
    CROSS JOIN LATERAL (
        SELECT s.anchor_time AT TIME ZONE 'UTC' AS anchor, e.create_time AT TIME ZONE 'UTC' AS at
    ) AS utc
    CROSS JOIN LATERAL (
        SELECT ((date_part('year', at) - date_part('year', anchor)) * 12
            + date_part('month', at) - date_part('month', anchor))::int AS calendar
    ) AS months
), months AS (
    SELECT account_id, month, sum(credits) AS credits, count(*) AS grants,
        count(DISTINCT reference) AS plans,
        (array_agg(credits ORDER BY entry_id))[1] AS first_credits,
        (array_agg(plan_credits ORDER BY entry_id))[1] AS plan_credits
    FROM dated WHERE action = 'plan_grant' GROUP BY account_id, month
), expiries AS (
    SELECT charge_id, closes, sum(credits) AS credits FROM billing.transfers
    WHERE credit = 'expired' GROUP BY charge_id, closes
)
SELECT
    (SELECT coalesce(sum(credits), 0)::bigint FROM sides) AS sum_of_transfers_credits,
    (SELECT count(*) FROM billing.balances b FULL JOIN sums s USING (account_id)
        WHERE (b.plan_credits, b.pack_credits, b.held_credits) IS DISTINCT FROM
            (coalesce(s.plan_credits, 0), coalesce(s.pack_credits, 0), coalesce(s.held_credits, 0))
    ) AS wrong_balances,
    (SELECT count(*) FROM billing.balances
        WHERE least(plan_credits, pack_credits, held_credits) < 0) AS negative_balances,
    (SELECT count(*) FROM billing.entries e
        FULL JOIN moved m USING (charge_id, closes, account_id)
        WHERE e.credits + e.returned_credits IS DISTINCT FROM m.credits) AS wrong_entries,
    (SELECT count(*) FROM statements WHERE delta <> CASE
        WHEN action IN ('grant', 'plan_grant') THEN credits
        WHEN action = 'release' THEN credits - expired_credits
        WHEN action = 'capture' THEN returned_credits - expired_credits
        ELSE -credits END) AS broken_statements,
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
    (SELECT count(*) FROM months WHERE month < 0 OR credits > %(dearest_credits)s
        OR grants <> plans OR (month > 0 AND plan_credits <> first_credits)) AS wrong_months,
    (SELECT count(*) FROM billing.subscriptions s LEFT JOIN months m USING (account_id, month)
        WHERE s.granted_credits IS DISTINCT FROM m.credits
            OR s.period_end_time AT TIME ZONE 'UTC' <>
                s.anchor_time AT TIME ZONE 'UTC' + make_interval(months => s.month + 1))
    + (SELECT count(DISTINCT account_id) FROM billing.entries e
        LEFT JOIN billing.subscriptions s USING (account_id)
        WHERE e.action IN ('plan_grant', 'expire') AND s.account_id IS NULL) AS wrong_subscriptions,
    (SELECT count(*) FROM billing.entries e FULL JOIN expiries x USING (charge_id, closes)
        WHERE coalesce(x.credits, 0) IS DISTINCT FROM
                CASE e.action WHEN 'expire' THEN e.credits ELSE e.expired_credits END
            OR (e.action = 'expire' AND e.plan_credits <> 0))
    + (SELECT count(*) FROM dated c JOIN dated o USING (charge_id)
        JOIN billing.transfers t ON t.charge_id = c.charge_id AND t.closes AND t.credit = 'plan'
        WHERE c.closes AND NOT o.closes AND c.month > 0 AND o.month < c.month) AS wrong_expiries,
    (SELECT count(*) FROM billing.entries) AS entries,
    (SELECT count(*) FROM billing.open_reservations) AS open_reservations,
    (SELECT count(*) FROM billing.open_reservations
        WHERE expire_time <= now()) AS expired_reservations,
    (SELECT count(*) FROM billing.open_reservations
        WHERE expire_time <= now() - make_interval(secs => %(overdue_s)s)) AS overdue_reservations
"""
