-- Who draws which card: one row for each card that was drawn or deleted within the last hour.
-- A claim takes the next epoch and holds it until expire_time (null: nobody holds it). A card is
-- published, or deleted, in the transaction that ends the claim. Code that does not know the table
-- draws without a claim, as it always did.
CREATE SEQUENCE edge.epochs;

CREATE TABLE edge.drawings (
  key          text PRIMARY KEY CHECK (length(key) = 64),
  epoch        bigint NOT NULL DEFAULT 0,
  expire_time  timestamptz,
  changed      boolean NOT NULL DEFAULT false,
  drawn_epoch  bigint NOT NULL DEFAULT 0,
  failed_epoch bigint NOT NULL DEFAULT 0,
  failure      jsonb,
  use_time     timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
-- Changed by claims and deletions only, so that what ends a claim leaves the indexes alone.
CREATE INDEX drawings_by_use ON edge.drawings (use_time);

REVOKE ALL ON edge.drawings, edge.epochs FROM og_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.drawings TO og_edge;
GRANT USAGE ON SEQUENCE edge.epochs TO og_edge;
