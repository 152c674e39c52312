-- What the last look at a page showed that was verified at least once, by what its site's policy
-- asked for then: positives of one policy never count for the other. Rows outlive the day that
-- they count for without another look: they hold while a page is unreachable, and tell which
-- cards were verified when they were drawn.

CREATE TABLE auth.looks (
  site_id text NOT NULL REFERENCES auth.sites,
  page_digest bytea NOT NULL CHECK (octet_length(page_digest) = 32),
  tag_policy text NOT NULL CHECK (tag_policy IN ('same_card', 'any')),
  -- Empty under 'any', and where the caller knew no digests of cards.
  card_digest bytea NOT NULL CHECK (octet_length(card_digest) IN (0, 32)),
  state text NOT NULL CHECK (state IN ('verified', 'existing_cards_only', 'rejected')),
  -- Of the last look that was no rejection.
  look_time timestamptz NOT NULL DEFAULT now(),
  -- Where the page is an alias of the one that was verified: that one's URL.
  canonical_url text CHECK (char_length(canonical_url) <= 2048),
  is_alias boolean NOT NULL GENERATED ALWAYS AS (canonical_url IS NOT NULL) STORED,
  PRIMARY KEY (site_id, page_digest, tag_policy, card_digest)
);
CREATE INDEX looks_by_site_and_time ON auth.looks (site_id, is_alias, look_time);
CREATE INDEX looks_by_time ON auth.looks (is_alias, look_time);

-- How many rows each site got on its last day of UTC with any, by who caused them: bounded, since
-- strangers can have pages looked at.
CREATE TABLE auth.look_additions (
  site_id text NOT NULL REFERENCES auth.sites,
  origin text NOT NULL CHECK (origin IN ('request', 'alias', 'owner')),
  day date NOT NULL,
  additions integer NOT NULL CHECK (additions > 0),
  PRIMARY KEY (site_id, origin)
);

-- What was verified until now was verified by the letter: any tag with the site's id. The old
-- table stays for processes of before that still run; the next migration drops it.
INSERT INTO auth.looks (site_id, page_digest, tag_policy, card_digest, state, look_time)
SELECT site_id, page_digest, 'any', '', 'verified', expire_time - interval '24 hours'
FROM auth.verifications;

REVOKE ALL ON auth.looks, auth.look_additions FROM og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (state, look_time, canonical_url) ON auth.looks TO og_auth;
GRANT SELECT, INSERT, DELETE, UPDATE (day, additions) ON auth.look_additions TO og_auth;
