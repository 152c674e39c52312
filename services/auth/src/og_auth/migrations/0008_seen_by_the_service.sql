-- The service sees what was applied, and waits for what its code needs (decision 56).
GRANT SELECT (name, digest) ON auth.schema_migrations TO og_auth;
