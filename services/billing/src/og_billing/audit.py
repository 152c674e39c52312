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
    `wrong_months` brought a plan's credits twice, more than the dearest plan of the table, began
    with credits of the month before or at another time than the calendar's or their payment's;
    `wrong_subscriptions` differ from what their present month brought, or from their own calendar.
    `wrong_expiries` let other credits expire than they say, leave some, or gave back what was over.
    `wrong_purchases` brought or lost other credits than their entries say.
    `overdue_reservations` are
    still open OVERDUE_S after their time, which the sweeper of a working service lets none be.
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
    wrong_purchases: int
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
    -- In which month of its account's an entry is: that of the last grant of one before it.
    SELECT e.*, coalesce(max(g.month) OVER (PARTITION BY e.account_id ORDER BY e.entry_id), 0)
        AS month
    FROM billing.entries e LEFT JOIN billing.plan_grants g USING (charge_id)
), grants AS (
    SELECT e.entry_id, e.account_id, e.credits, e.reference, e.plan_credits, e.create_time,
        g.month, g.start_time, g.invoice_id,
        lag(g.month) OVER in_turn AS month_before, lag(g.start_time) OVER in_turn AS start_before,
        lag(g.invoice_id) OVER in_turn AS invoice_before
    FROM billing.entries e JOIN billing.plan_grants g USING (charge_id, account_id)
    WHERE e.action = 'plan_grant'
    WINDOW in_turn AS (PARTITION BY e.account_id ORDER BY e.entry_id)
), undated AS (
    SELECT charge_id FROM billing.entries e FULL JOIN billing.plan_grants g USING (charge_id)
    WHERE (e.action = 'plan_grant') IS DISTINCT FROM (g.charge_id IS NOT NULL)
        AND (g.charge_id IS NOT NULL OR e.action = 'plan_grant')
), misdated AS (
    -- A month of the calendar's is as long as one; one that was paid begins with its grant.
    SELECT FROM grants WHERE create_time < start_time
        OR (invoice_id IS NULL AND create_time >= start_time + interval '32 days')
        OR month < month_before
        OR (month = month_before AND start_time <> start_before)
        OR (month > month_before AND start_time < start_before + CASE
            WHEN invoice_id IS NULL AND invoice_before IS NULL THEN interval '28 days'
            ELSE interval '0' END)
), months AS (
    SELECT account_id, month, sum(credits) AS credits, count(*) AS grants,
        count(DISTINCT reference) AS plans,
        (array_agg(invoice_id ORDER BY entry_id))[1] AS invoice_id,
        (array_agg(credits ORDER BY entry_id))[1] AS first_credits,
        (array_agg(plan_credits ORDER BY entry_id))[1] AS plan_credits
    FROM grants GROUP BY account_id, month
), bought AS (
    SELECT p.payment_id, p.account_id,
        sum(CASE e.action WHEN 'grant' THEN e.credits ELSE -e.credits END) AS credits,
        count(*) AS entries,
        bool_and(e.account_id = p.account_id AND e.action IN ('grant', 'reversal')
            AND (t.debit = 'pack' OR t.credit = 'pack')) AS plausible
    FROM billing.purchases p JOIN billing.purchase_entries USING (payment_id)
    JOIN billing.entries e USING (charge_id) JOIN billing.transfers t USING (charge_id)
    GROUP BY p.payment_id, p.account_id
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
    (SELECT count(*) FROM months WHERE credits > %(dearest_credits)s
        OR grants <> plans OR (month > 0 AND plan_credits <> first_credits))
    + (SELECT count(*) FROM misdated) + (SELECT count(*) FROM undated) AS wrong_months,
    (SELECT count(*) FROM billing.subscriptions s LEFT JOIN months m USING (account_id, month)
        WHERE s.granted_credits IS DISTINCT FROM m.credits
            OR s.invoice_id IS DISTINCT FROM m.invoice_id
            OR (s.invoice_id IS NULL AND s.period_end_time AT TIME ZONE 'UTC' <>
                s.anchor_time AT TIME ZONE 'UTC'
                + make_interval(months => s.month - s.anchor_month + 1)))
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
    (SELECT count(*) FROM billing.purchases p FULL JOIN bought b USING (payment_id)
        WHERE b.credits IS DISTINCT FROM p.credits - p.taken_credits
            OR b.entries <> p.entries OR NOT b.plausible)
    + (SELECT count(*) FROM billing.purchase_entries
        LEFT JOIN billing.purchases p USING (payment_id)
        LEFT JOIN billing.entries e USING (charge_id)
        WHERE p.payment_id IS NULL OR e.charge_id IS NULL)
    + (SELECT count(*) FROM billing.entries e LEFT JOIN billing.purchase_entries p USING (charge_id)
        WHERE e.action = 'reversal' AND p.charge_id IS NULL) AS wrong_purchases,
    (SELECT count(*) FROM billing.entries) AS entries,
    (SELECT count(*) FROM billing.open_reservations) AS open_reservations,
    (SELECT count(*) FROM billing.open_reservations
        WHERE expire_time <= now()) AS expired_reservations,
    (SELECT count(*) FROM billing.open_reservations
        WHERE expire_time <= now() - make_interval(secs => %(overdue_s)s)) AS overdue_reservations
"""
