-- What an account should be told, written with the entry that brought it about and only ever added to.
CREATE TYPE billing.notice_kind AS ENUM ('low_balance', 'out_of_credits');
CREATE TABLE billing.notices (
    notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text NOT NULL REFERENCES billing.balances,
    kind billing.notice_kind NOT NULL,
    available_credits bigint NOT NULL CHECK (available_credits >= 0),
    create_time timestamptz NOT NULL
);
CREATE UNIQUE INDEX notices_by_account ON billing.notices (account_id, notice_id DESC);

REVOKE ALL ON billing.notices FROM PUBLIC, og_billing;
GRANT SELECT, INSERT ON billing.notices TO og_billing;
