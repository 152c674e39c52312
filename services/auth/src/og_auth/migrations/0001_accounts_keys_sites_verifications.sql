-- Who may ask for cards. Run by the owner; the role og_auth exists already and gets exactly what
-- it needs.

CREATE TABLE auth.accounts (
  account_id text PRIMARY KEY,
  email text NOT NULL CHECK (char_length(email) <= 254),
  plan_id text NOT NULL,
  rate_limit_override integer CHECK (rate_limit_override BETWEEN 1 AND 1000000),
  create_time timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX accounts_by_email ON auth.accounts (lower(email));

CREATE TABLE auth.api_keys (
  api_key_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES auth.accounts,
  display_name text NOT NULL,
  secret_digest bytea NOT NULL UNIQUE CHECK (octet_length(secret_digest) = 32),
  secret_suffix text NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now(),
  revoke_time timestamptz
);
CREATE INDEX api_keys_by_account ON auth.api_keys (account_id, create_time);

CREATE TABLE auth.sites (
  site_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES auth.accounts,
  domain text NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, domain)
);

-- Pages that were seen to carry the tag, good until expire_time.
CREATE TABLE auth.verifications (
  site_id text NOT NULL REFERENCES auth.sites,
  page_digest bytea NOT NULL CHECK (octet_length(page_digest) = 32),
  expire_time timestamptz NOT NULL,
  PRIMARY KEY (site_id, page_digest)
);
CREATE INDEX verifications_by_expiry ON auth.verifications (expire_time);

GRANT USAGE ON SCHEMA auth TO og_auth;
-- Whatever defaults gave the role, it holds no more than what follows.
REVOKE ALL ON ALL TABLES IN SCHEMA auth FROM og_auth;
-- An account's row is locked while its keys or sites are counted, which takes UPDATE.
GRANT SELECT, INSERT, UPDATE (plan_id, rate_limit_override) ON auth.accounts TO og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (revoke_time) ON auth.api_keys TO og_auth;
GRANT SELECT, INSERT ON auth.sites TO og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (expire_time) ON auth.verifications TO og_auth;
