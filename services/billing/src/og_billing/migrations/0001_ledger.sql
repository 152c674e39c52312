-- The ledger. What happened (entries, transfers) is only ever added to; what follows from it
-- (balances, open_reservations) is kept so that a charge reads two rows instead of a history.
-- Run by the owner; the role og_billing exists already and gets exactly what it needs.

CREATE TYPE billing.bucket AS ENUM ('plan', 'pack', 'held', 'issued', 'revenue');
CREATE TYPE billing.action AS ENUM ('grant', 'charge', 'reserve', 'capture', 'release');
CREATE TYPE billing.charge_kind AS ENUM ('cached_card', 'generation', 'ai_generation');

-- One row a customer: what can be spent and what is set aside. The row is also the lock under
-- which everything on that account happens. Half-empty pages let an update stay on its page.
CREATE TABLE billing.balances (
    account_id text PRIMARY KEY CHECK (length(account_id) BETWEEN 1 AND 128),
    plan_credits bigint NOT NULL DEFAULT 0 CHECK (plan_credits >= 0),
    pack_credits bigint NOT NULL DEFAULT 0 CHECK (pack_credits >= 0),
    held_credits bigint NOT NULL DEFAULT 0 CHECK (held_credits >= 0)
) WITH (fillfactor = 50);

-- One row for each thing that happened. A charge_id opens once (grant, charge, reserve) and
-- closes at most once (capture, release). entry_id is taken under the lock of the balance, so
-- that it rises in the order in which an account's entries become visible.
CREATE TABLE billing.entries (
    entry_id bigint GENERATED ALWAYS AS IDENTITY,
    charge_id uuid NOT NULL,
    action billing.action NOT NULL,
    closes boolean NOT NULL GENERATED ALWAYS AS (action IN ('capture', 'release')) STORED,
    account_id text NOT NULL REFERENCES billing.balances,
    kind billing.charge_kind,
    credits bigint NOT NULL CHECK (credits > 0),
    reference text NOT NULL CHECK (length(reference) <= 128),
    plan_credits bigint NOT NULL, -- the account's after it, as the next two
    pack_credits bigint NOT NULL,
    held_credits bigint NOT NULL,
    create_time timestamptz NOT NULL,
    expire_time timestamptz,
    PRIMARY KEY (charge_id, closes),
    CHECK ((action = 'grant') = (kind IS NULL)),
    CHECK ((action = 'reserve') = (expire_time IS NOT NULL))
);
CREATE UNIQUE INDEX entries_by_account ON billing.entries (account_id, entry_id DESC);

-- How the credits moved: every row takes from one account and gives to another of the same
-- customer, so that all of them add up to zero. `issued` and `revenue` are the house's side;
-- nobody keeps their balance, so nobody waits for it.
CREATE TABLE billing.transfers (
    charge_id uuid NOT NULL,
    closes boolean NOT NULL,
    account_id text NOT NULL,
    debit billing.bucket NOT NULL,
    credit billing.bucket NOT NULL,
    credits bigint NOT NULL CHECK (credits > 0),
    PRIMARY KEY (charge_id, closes, debit, credit),
    FOREIGN KEY (charge_id, closes) REFERENCES billing.entries,
    CHECK (debit <> credit)
);

-- Reservations that nobody captured or released yet: the sweeper's list of work.
CREATE TABLE billing.open_reservations (
    charge_id uuid PRIMARY KEY,
    expire_time timestamptz NOT NULL
);
CREATE INDEX open_reservations_by_expiry ON billing.open_reservations (expire_time);

-- Whatever the role got by default is taken back first; a later migration that adds a table does
-- the same for it. No UPDATE or DELETE on what happened, ever.
REVOKE ALL ON SCHEMA billing FROM PUBLIC, og_billing;
REVOKE ALL ON ALL TABLES IN SCHEMA billing FROM PUBLIC, og_billing;
GRANT USAGE ON SCHEMA billing TO og_billing;
GRANT SELECT, INSERT ON billing.entries, billing.transfers TO og_billing;
GRANT SELECT, INSERT ON billing.balances TO og_billing;
GRANT UPDATE (plan_credits, pack_credits, held_credits) ON billing.balances TO og_billing;
GRANT SELECT, INSERT, DELETE ON billing.open_reservations TO og_billing;
