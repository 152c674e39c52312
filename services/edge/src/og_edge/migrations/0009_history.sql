-- What the dashboard shows of a generation besides: through which API key or site it was paid ('' :
-- the account itself), how long the drawing took, what no font had, and how each field read. Lines
-- from before, and those of code that does not know the columns, have null; no table is rewritten.
ALTER TABLE edge.generations
  ADD COLUMN payer_id text,
  ADD COLUMN duration_ms integer,
  ADD COLUMN missing_glyphs text,
  ADD COLUMN texts jsonb;
CREATE INDEX generations_by_template
  ON edge.generations (account_id, template_id, create_time DESC);
CREATE INDEX generations_by_payer ON edge.generations (account_id, payer_id, create_time DESC)
  WHERE payer_id IS NOT NULL;

-- Cards that are never drawn again, until their owner lifts that, each with the generation that it
-- was blocked from and when that was drawn. Code that does not know the table draws them.
CREATE TABLE edge.blocks (
  card_key      text PRIMARY KEY CHECK (length(card_key) = 64),
  account_id    text NOT NULL,
  generation_id uuid NOT NULL,
  draw_time     timestamptz NOT NULL
);
CREATE INDEX blocks_by_account ON edge.blocks (account_id, draw_time DESC, generation_id DESC);

-- How many previews an account has seen on its last day (of UTC) with any.
CREATE TABLE edge.previews (
  account_id text PRIMARY KEY,
  day        date NOT NULL,
  previews   integer NOT NULL CHECK (previews > 0)
);

REVOKE ALL ON edge.blocks, edge.previews FROM og_edge;
GRANT SELECT, INSERT, DELETE ON edge.blocks TO og_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.previews TO og_edge;
