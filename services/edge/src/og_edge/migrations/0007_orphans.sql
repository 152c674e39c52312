-- Objects of the store that no card refers to: no card yet, from before their bytes are stored until
-- they are published, or none any more. From due_time on they are deleted, and then forgotten here.
-- Code that does not know the table deletes what it replaces by itself, as it always did.
CREATE TABLE edge.orphans (
  object_name text PRIMARY KEY,
  due_time    timestamptz NOT NULL
);
CREATE INDEX orphans_by_due ON edge.orphans (due_time);

REVOKE ALL ON edge.orphans FROM og_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.orphans TO og_edge;
