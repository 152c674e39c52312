-- Months that were paid, packs that were bought, and what Stripe told (decisions 42 and 43). What is
-- added here cannot be used before the transaction of this file ends.
ALTER TYPE billing.action ADD VALUE 'reversal';

-- A month that was paid names its invoice and ends at period_end_time, whatever the calendar says; it
-- is counted from a new anchor, as is what comes after it. `month` counts all months of an account.
ALTER TABLE billing.subscriptions
    ADD COLUMN anchor_month integer NOT NULL DEFAULT 0 CHECK (anchor_month BETWEEN 0 AND month),
    ADD COLUMN invoice_id text CHECK (length(invoice_id) BETWEEN 1 AND 255);
GRANT UPDATE (anchor_time, anchor_month, invoice_id) ON billing.subscriptions TO og_billing;

-- Which month each plan_grant is for, and which invoice paid it, if any did: each at most one.
CREATE TABLE billing.plan_grants (
    charge_id uuid PRIMARY KEY,
    account_id text NOT NULL,
    month integer NOT NULL CHECK (month >= 0),
    start_time timestamptz NOT NULL,
    invoice_id text UNIQUE CHECK (length(invoice_id) BETWEEN 1 AND 255)
);

-- Until now all months were the calendar's, counted from the one anchor.
INSERT INTO billing.plan_grants (charge_id, account_id, month, start_time)
SELECT charge_id, account_id, n,
    (anchor + make_interval(months => n)) AT TIME ZONE 'UTC'
FROM (
    SELECT charge_id, account_id, anchor,
        calendar - (anchor + make_interval(months => calendar) > at)::int AS n
    FROM billing.entries e JOIN billing.subscriptions s USING (account_id)
    CROSS JOIN LATERAL (
        SELECT s.anchor_time AT TIME ZONE 'UTC' AS anchor, e.create_time AT TIME ZONE 'UTC' AS at
    ) AS utc
    CROSS JOIN LATERAL (
        SELECT ((date_part('year', at) - date_part('year', anchor)) * 12
            + date_part('month', at) - date_part('month', anchor))::int AS calendar
    ) AS months
    WHERE action = 'plan_grant'
) AS dated;

-- Whose customer at Stripe it is. `version` rises with everything of theirs that reached the ledger,
-- under the lock of the account's balance: what was read at Stripe before another's is refused.
CREATE TABLE billing.customers (
    account_id text PRIMARY KEY CHECK (length(account_id) BETWEEN 1 AND 128),
    customer_id text NOT NULL UNIQUE CHECK (length(customer_id) BETWEEN 1 AND 255),
    version bigint NOT NULL DEFAULT 0
);

-- Packs that were paid, by Stripe's payment. Of `credits`, `due_credits` are to be taken back, since
-- so much of the money went back; of these `taken_credits` were, the rest had been spent.
CREATE TABLE billing.purchases (
    payment_id text PRIMARY KEY CHECK (length(payment_id) BETWEEN 1 AND 255),
    account_id text NOT NULL REFERENCES billing.balances,
    pack_id text NOT NULL,
    credits bigint NOT NULL CHECK (credits > 0),
    due_credits bigint NOT NULL CHECK (due_credits BETWEEN 0 AND credits),
    taken_credits bigint NOT NULL CHECK (taken_credits BETWEEN 0 AND due_credits),
    entries integer NOT NULL CHECK (entries > 0)
);
CREATE INDEX purchases_by_account ON billing.purchases (account_id);

-- Which entries a purchase brought about.
CREATE TABLE billing.purchase_entries (
    charge_id uuid PRIMARY KEY,
    payment_id text NOT NULL
);
CREATE INDEX purchase_entries_by_payment ON billing.purchase_entries (payment_id);

-- Stripe's events that were handled, written with what they brought about.
CREATE TABLE billing.handled_events (
    event_id text PRIMARY KEY CHECK (length(event_id) BETWEEN 1 AND 255),
    account_id text NOT NULL,
    create_time timestamptz NOT NULL
);
CREATE INDEX handled_events_by_time ON billing.handled_events (create_time);

REVOKE ALL ON billing.plan_grants, billing.customers, billing.purchases, billing.purchase_entries,
    billing.handled_events FROM PUBLIC, og_billing;
GRANT SELECT, INSERT ON billing.plan_grants, billing.customers, billing.purchases,
    billing.purchase_entries, billing.handled_events TO og_billing;
GRANT UPDATE (version) ON billing.customers TO og_billing;
GRANT UPDATE (due_credits, taken_credits, entries) ON billing.purchases TO og_billing;
GRANT DELETE ON billing.handled_events TO og_billing;

-- As before, with what a paid month is known by.
DROP FUNCTION billing.lock_and_read(text[], text[], date[]);
CREATE FUNCTION billing.lock_and_read(account_ids text[], payer_ids text[], since date[])
RETURNS TABLE (
    now timestamptz, account_id text,
    plan_credits bigint, pack_credits bigint, held_credits bigint,
    plan_id text, next_plan_id text, anchor_time timestamptz, month integer,
    granted_credits bigint, low_balance_credits bigint,
    anchor_month integer, invoice_id text, period_end_time timestamptz,
    payer_id text, day date, credits bigint, generations bigint, cached_cards bigint
)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM billing.balances b WHERE b.account_id = ANY (account_ids)
        ORDER BY b.account_id FOR UPDATE;
    RETURN QUERY
    SELECT moment.now, n.account_id, b.plan_credits, b.pack_credits, b.held_credits,
        s.plan_id, s.next_plan_id, s.anchor_time, s.month,
        s.granted_credits, s.low_balance_credits,
        s.anchor_month, s.invoice_id, s.period_end_time,
        n.payer_id, d.day, d.credits, d.generations, d.cached_cards
    FROM (SELECT clock_timestamp() AS now OFFSET 0) AS moment
    LEFT JOIN unnest(account_ids, payer_ids, since) AS n (account_id, payer_id, since) ON true
    LEFT JOIN LATERAL (
        SELECT * FROM billing.balances b WHERE b.account_id = n.account_id LIMIT 1
    ) AS b ON true
    LEFT JOIN LATERAL (
        SELECT * FROM billing.subscriptions s WHERE s.account_id = n.account_id LIMIT 1
    ) AS s ON true
    LEFT JOIN LATERAL (
        SELECT * FROM billing.daily_spending d
        WHERE d.account_id = n.account_id AND d.payer_id = n.payer_id
            AND d.day >= coalesce(n.since, (moment.now AT TIME ZONE 'UTC')::date)
        OFFSET 0
    ) AS d ON true;
END
$$;

REVOKE ALL ON FUNCTION billing.lock_and_read(text[], text[], date[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION billing.lock_and_read(text[], text[], date[]) TO og_billing;
