-- Cards of sites themselves, for requests that fail for no fault of their own: one of each size and
-- format that was asked for. look_digest tells what one was drawn from, replaced_object what it took
-- the place of. Objects of no card are in edge.orphans, as those of all cards.
CREATE TABLE edge.brand_cards (
  site_id         text NOT NULL,
  size            text NOT NULL,
  format          text NOT NULL,
  account_id      text NOT NULL,
  look_digest     bytea NOT NULL CHECK (length(look_digest) = 32),
  object_name     text NOT NULL,
  digest          text NOT NULL,
  size_bytes      integer NOT NULL CHECK (size_bytes > 0),
  redraw_time     timestamptz,
  use_time        timestamptz NOT NULL DEFAULT now(),
  replaced_object text NOT NULL DEFAULT '',
  PRIMARY KEY (site_id, size, format)
);
CREATE INDEX brand_cards_by_account ON edge.brand_cards (account_id);
CREATE INDEX brand_cards_by_use ON edge.brand_cards (use_time);

REVOKE ALL ON edge.brand_cards FROM og_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.brand_cards TO og_edge;

-- The newest card of a page. A URL may be longer than an index takes.
CREATE INDEX generations_by_page ON edge.generations (account_id, md5(page_url), create_time DESC);
