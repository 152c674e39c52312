-- What the last look at each page of a site showed of its tags, for the site's owner to see: at most
-- 1,000 pages of a site, and for 30 days. What differs from a card is told when it is asked for.
CREATE TABLE edge.page_looks (
  site_id         text NOT NULL,
  page_digest     bytea NOT NULL CHECK (length(page_digest) = 32),
  account_id      text NOT NULL,
  page_url        text NOT NULL,
  look_time       timestamptz NOT NULL,
  final_url       text NOT NULL,
  canonical_url   text NOT NULL,
  tags            jsonb NOT NULL,
  scripts_name_us boolean NOT NULL,
  problem         text NOT NULL,
  PRIMARY KEY (site_id, page_digest)
);
CREATE INDEX page_looks_of_site ON edge.page_looks (site_id, look_time);
CREATE INDEX page_looks_by_time ON edge.page_looks (look_time);

REVOKE ALL ON edge.page_looks FROM og_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.page_looks TO og_edge;
