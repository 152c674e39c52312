-- Accounts that their owners delete: what is kept of them here is forgotten in batches, by whoever
-- finds one due, until nothing is left and nothing that was under way can add any more.
CREATE TABLE edge.farewells (
  account_id text PRIMARY KEY,
  begin_time timestamptz NOT NULL DEFAULT now(),
  due_time   timestamptz NOT NULL
);
CREATE INDEX farewells_by_due ON edge.farewells (due_time);
CREATE INDEX page_looks_by_account ON edge.page_looks (account_id, site_id, page_digest);

REVOKE ALL ON edge.farewells FROM og_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.farewells TO og_edge;
-- A history is only ever added to, until its account goes.
GRANT DELETE ON edge.generations TO og_edge;
