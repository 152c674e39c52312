-- Plans that renew each month and whose credits expire with it. What is added here cannot be used
-- before the transaction of this file ends, so the constraint below is said by the older values.
ALTER TYPE billing.bucket ADD VALUE 'expired';
ALTER TYPE billing.action ADD VALUE 'plan_grant';
ALTER TYPE billing.action ADD VALUE 'expire';

-- What was paid or set aside has a kind, and nothing else has: entries_check knew of one other.
ALTER TABLE billing.entries DROP CONSTRAINT entries_check;
ALTER TABLE billing.entries ADD CONSTRAINT only_charges_have_a_kind
    CHECK ((kind IS NOT NULL) = (action IN ('charge', 'reserve', 'capture', 'release'))) NOT VALID;

-- Of what a capture or release gave back, what expired at once, since its month was over.
ALTER TABLE billing.entries ADD COLUMN expired_credits bigint NOT NULL DEFAULT 0;
ALTER TABLE billing.entries ADD CONSTRAINT only_what_comes_back_expires
    CHECK (expired_credits >= 0 AND (expired_credits = 0 OR action IN ('capture', 'release')))
    NOT VALID;

-- What an account is on. Months are counted from anchor_time; the present one ends at
-- period_end_time and brought granted_credits. Changed under the lock of the account's balance.
CREATE TABLE billing.subscriptions (
    account_id text PRIMARY KEY REFERENCES billing.balances,
    plan_id text NOT NULL,
    next_plan_id text NOT NULL,
    anchor_time timestamptz NOT NULL,
    month integer NOT NULL CHECK (month >= 0),
    granted_credits bigint NOT NULL CHECK (granted_credits > 0),
    low_balance_credits bigint NOT NULL CHECK (low_balance_credits >= 0),
    period_end_time timestamptz NOT NULL CHECK (period_end_time > anchor_time)
);
CREATE INDEX subscriptions_by_period_end ON billing.subscriptions (period_end_time);

REVOKE ALL ON billing.subscriptions FROM PUBLIC, og_billing;
GRANT SELECT, INSERT ON billing.subscriptions TO og_billing;
GRANT UPDATE (
    plan_id, next_plan_id, month, granted_credits, low_balance_credits, period_end_time
) ON billing.subscriptions TO og_billing;
