-- Pages that are asked for with a query are kept apart: strangers can make up any number of them, and
-- must neither use up what a day has room for of the others, nor push them out.

ALTER TABLE auth.looks ADD COLUMN has_query boolean NOT NULL DEFAULT false;
CREATE INDEX looks_by_pool_and_time ON auth.looks (site_id, is_alias, has_query, look_time);
DROP INDEX auth.looks_by_site_and_time;

ALTER TABLE auth.look_additions DROP CONSTRAINT look_additions_origin_check;
ALTER TABLE auth.look_additions ADD CONSTRAINT look_additions_origin_check
  CHECK (origin IN ('request', 'query', 'alias', 'owner'));
