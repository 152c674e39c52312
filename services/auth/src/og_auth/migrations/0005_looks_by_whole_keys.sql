-- While a site has one look, reading all of them by looks_by_pool_and_time seems as good as reading one
-- by its primary key, and a plan that is made then is kept. All rows fulfil the condition of the new
-- index; only the query that bounds the pools says so, and only what says so may read by it.
CREATE INDEX looks_by_pool ON auth.looks (site_id, is_alias, has_query, look_time)
  WHERE look_time > '-infinity';
DROP INDEX auth.looks_by_pool_and_time;
