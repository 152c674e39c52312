-- People: what they sign in with, where they are signed in, what is to be mailed to them, and that they
-- are gone. Only adds; an address may be missing from now on, of accounts that were deleted only.

ALTER TABLE auth.accounts
  ALTER COLUMN email DROP NOT NULL,
  ADD COLUMN email_verify_time timestamptz,
  ADD COLUMN delete_time timestamptz,
  ADD CHECK ((email IS NULL) = (delete_time IS NOT NULL)),
  ADD CHECK (delete_time IS NULL OR email_verify_time IS NULL);

CREATE TABLE auth.passwords (
  account_id text PRIMARY KEY REFERENCES auth.accounts,
  -- In the PHC string format, which names its parameters.
  hash text NOT NULL CHECK (char_length(hash) <= 256),
  -- When it was chosen: hashing it anew by other parameters does not change that.
  choose_time timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE auth.sessions (
  session_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES auth.accounts,
  token_digest bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
  begin_time timestamptz NOT NULL DEFAULT now(),
  last_use_time timestamptz NOT NULL DEFAULT now(),
  user_agent text NOT NULL CHECK (char_length(user_agent) <= 200),
  client_address text NOT NULL CHECK (char_length(client_address) <= 64)
);
CREATE INDEX sessions_by_account ON auth.sessions (account_id, begin_time);
CREATE INDEX sessions_by_last_use ON auth.sessions (last_use_time);

-- What is to be mailed: by what, to whom and when next. The words, and the token that a mail carries,
-- are made when it is sent, so that no secret is kept here.
CREATE TABLE auth.mails (
  mail_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES auth.accounts,
  kind text NOT NULL,
  recipient text NOT NULL CHECK (char_length(recipient) <= 254),
  create_time timestamptz NOT NULL DEFAULT now(),
  due_time timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0)
);
CREATE INDEX mails_by_due_time ON auth.mails (due_time);
CREATE INDEX mails_by_account ON auth.mails (account_id);

-- Tokens that were mailed, and the address that each went to.
CREATE TABLE auth.mailed_tokens (
  token_digest bytea PRIMARY KEY CHECK (octet_length(token_digest) = 32),
  account_id text NOT NULL REFERENCES auth.accounts,
  kind text NOT NULL,
  email text NOT NULL CHECK (char_length(email) <= 254),
  create_time timestamptz NOT NULL DEFAULT now(),
  use_time timestamptz
);
CREATE INDEX mailed_tokens_by_account ON auth.mailed_tokens (account_id);
CREATE INDEX mailed_tokens_by_create_time ON auth.mailed_tokens (create_time);

REVOKE ALL ON auth.passwords, auth.sessions, auth.mails, auth.mailed_tokens FROM og_auth;
GRANT UPDATE (email, email_verify_time, delete_time) ON auth.accounts TO og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (hash, choose_time) ON auth.passwords TO og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (last_use_time) ON auth.sessions TO og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (due_time, attempts) ON auth.mails TO og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (use_time) ON auth.mailed_tokens TO og_auth;
