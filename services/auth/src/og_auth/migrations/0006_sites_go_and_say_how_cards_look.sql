-- Sites can be deleted, say how new tags of theirs begin, and may be served a fallback. Only adds, but for
-- constraints that deletion would meet: what remembers looks for a site need not wait for all of them
-- to be gone, and is swept of what is no site's any more.

ALTER TABLE auth.sites
  -- A template's id, theme, accent colour and logo, each where the owner chose one.
  ADD COLUMN card_defaults jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(card_defaults) = 'object'),
  ADD COLUMN serves_fallback boolean NOT NULL DEFAULT false;

ALTER TABLE auth.looks DROP CONSTRAINT looks_site_id_fkey;
ALTER TABLE auth.look_additions DROP CONSTRAINT look_additions_site_id_fkey;
ALTER TABLE auth.verifications DROP CONSTRAINT verifications_site_id_fkey;

-- What was paid through, and is no more: so that an audit knows whose it was. Bounded for each account.
CREATE TABLE auth.deleted_sites (
  site_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES auth.accounts,
  delete_time timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deleted_sites_by_account ON auth.deleted_sites (account_id, delete_time);

REVOKE ALL ON auth.deleted_sites FROM og_auth;
GRANT SELECT, INSERT, DELETE ON auth.deleted_sites TO og_auth;
GRANT UPDATE (card_defaults, serves_fallback), DELETE ON auth.sites TO og_auth;
