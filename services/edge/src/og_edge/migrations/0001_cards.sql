-- Cards and the history of their generations. Pictures are kept outside, by object name.
CREATE TABLE edge.cards (
  key         text PRIMARY KEY CHECK (length(key) = 64),
  account_id  text NOT NULL,
  object_name text NOT NULL,
  digest      text NOT NULL,
  size_bytes  integer NOT NULL CHECK (size_bytes > 0),
  charge_id   uuid NOT NULL,
  settled     boolean NOT NULL,
  redraw_time timestamptz,
  draw_time   timestamptz NOT NULL DEFAULT now(),
  use_time    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX cards_by_use ON edge.cards (use_time);
CREATE INDEX cards_unsettled ON edge.cards (account_id) WHERE NOT settled;

CREATE TABLE edge.generations (
  id            uuid PRIMARY KEY,
  account_id    text NOT NULL,
  card_key      text NOT NULL,
  page_url      text NOT NULL,
  template_id   text NOT NULL,
  options       jsonb NOT NULL,
  sources       jsonb NOT NULL,
  failed_images text[] NOT NULL,
  price_credits integer NOT NULL,
  create_time   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX generations_by_account ON edge.generations (account_id, create_time DESC);

-- History is only ever added to, whatever was granted by default.
REVOKE ALL ON ALL TABLES IN SCHEMA edge FROM og_edge;
GRANT USAGE ON SCHEMA edge TO og_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.cards TO og_edge;
GRANT SELECT, INSERT ON edge.generations TO og_edge;
