-- What keys are good for and how long, what may be spent through keys and sites, who is suspended,
-- plans that are coming, and how many accounts came from an address. Only adds: what wrote rows
-- before still does, and gets the defaults.

ALTER TABLE auth.accounts
  ADD COLUMN next_plan_id text,
  ADD COLUMN next_plan_time timestamptz,
  ADD COLUMN suspend_time timestamptz,
  ADD COLUMN suspend_reason text NOT NULL DEFAULT '' CHECK (char_length(suspend_reason) <= 200),
  ADD CHECK ((next_plan_id IS NULL) = (next_plan_time IS NULL));
CREATE INDEX accounts_by_create_time ON auth.accounts (create_time, account_id);

ALTER TABLE auth.api_keys
  ADD COLUMN scopes text[] NOT NULL DEFAULT '{generate}'
    CHECK (scopes <@ '{generate,manage}' AND cardinality(scopes) > 0),
  ADD COLUMN expire_time timestamptz,
  -- Written at most once a minute, apart from the request: it may lag and is good for people only.
  ADD COLUMN last_use_time timestamptz,
  ADD COLUMN daily_credits_max bigint NOT NULL DEFAULT 0
    CHECK (daily_credits_max BETWEEN 0 AND 1000000000),
  ADD COLUMN suspend_time timestamptz,
  ADD COLUMN suspend_reason text NOT NULL DEFAULT '' CHECK (char_length(suspend_reason) <= 200);

ALTER TABLE auth.sites
  ADD COLUMN further_hosts text[] NOT NULL DEFAULT '{}' CHECK (cardinality(further_hosts) <= 20),
  ADD COLUMN includes_subdomains boolean NOT NULL DEFAULT false,
  ADD COLUMN tag_policy text NOT NULL DEFAULT 'same_card' CHECK (tag_policy IN ('same_card', 'any')),
  -- Not set: the plan's.
  ADD COLUMN daily_generations_max integer CHECK (daily_generations_max BETWEEN 1 AND 1000000),
  ADD COLUMN daily_credits_max bigint NOT NULL DEFAULT 0
    CHECK (daily_credits_max BETWEEN 0 AND 1000000000),
  ADD COLUMN suspend_time timestamptz,
  ADD COLUMN suspend_reason text NOT NULL DEFAULT '' CHECK (char_length(suspend_reason) <= 200);

-- Accounts by the address they came from, kept for a day.
CREATE TABLE auth.sign_ups (
  account_id text PRIMARY KEY REFERENCES auth.accounts,
  address_digest text NOT NULL,
  create_time timestamptz NOT NULL
);
CREATE INDEX sign_ups_by_address ON auth.sign_ups (address_digest, create_time);
CREATE INDEX sign_ups_by_create_time ON auth.sign_ups (create_time);

REVOKE ALL ON auth.sign_ups FROM og_auth;
GRANT SELECT, INSERT, DELETE ON auth.sign_ups TO og_auth;
GRANT UPDATE (next_plan_id, next_plan_time, suspend_time, suspend_reason)
  ON auth.accounts TO og_auth;
GRANT UPDATE (display_name, expire_time, last_use_time, daily_credits_max, suspend_time,
              suspend_reason)
  ON auth.api_keys TO og_auth;
GRANT UPDATE (further_hosts, includes_subdomains, tag_policy, daily_generations_max,
              daily_credits_max, suspend_time, suspend_reason)
  ON auth.sites TO og_auth;
