-- Through which key or site an entry was paid: '' is the account itself. NULL, the default, is for
-- entries of a version that knew no payers; those are counted in no day.
ALTER TABLE billing.entries ADD COLUMN payer_id text CHECK (length(payer_id) <= 64);

-- What was spent through each payer on each day of UTC, what is set aside included. Follows from
-- the entries and is kept beside them, under the lock of the account's balance.
CREATE TABLE billing.daily_spending (
    account_id text NOT NULL REFERENCES billing.balances,
    day date NOT NULL,
    payer_id text NOT NULL CHECK (length(payer_id) <= 64),
    credits bigint NOT NULL CHECK (credits >= 0),
    generations bigint NOT NULL CHECK (generations >= 0),
    cached_cards bigint NOT NULL CHECK (cached_cards >= 0),
    PRIMARY KEY (account_id, day, payer_id)
) WITH (fillfactor = 50);
CREATE INDEX daily_spending_by_day ON billing.daily_spending (day);

REVOKE ALL ON billing.daily_spending FROM PUBLIC, og_billing;
GRANT SELECT, INSERT, DELETE ON billing.daily_spending TO og_billing;
GRANT UPDATE (credits, generations, cached_cards) ON billing.daily_spending TO og_billing;
