-- Locks accounts and then reads them, in one journey. What comes after the lock sees what another
-- replica has just committed: in READ COMMITTED each statement of a volatile function sees anew.
-- One row for each account and payer asked about (a payer of NULL: the account alone) and each of the
-- payer's days since `since` (NULL: today), and one row at least, for its time. Each part is found by
-- its key, one by one, so that no plan can be wrong for what the tables come to hold.
CREATE FUNCTION billing.lock_and_read(account_ids text[], payer_ids text[], since date[])
RETURNS TABLE (
    now timestamptz, account_id text,
    plan_credits bigint, pack_credits bigint, held_credits bigint,
    plan_id text, next_plan_id text, anchor_time timestamptz, month integer,
    granted_credits bigint, low_balance_credits bigint,
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
