-- Two roles a service: one owns its schema and migrates it, the other may read and write what is in it.
-- Run once by a superuser in the database of Instant OG; CloudNativePG does when it makes it. Passwords
-- are not in here: CloudNativePG takes them from Secrets, elsewhere ALTER ROLE … PASSWORD sets them.
REVOKE ALL ON DATABASE instant_og FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE ROLE og_auth_owner LOGIN;
CREATE ROLE og_auth LOGIN;
GRANT CONNECT, CREATE ON DATABASE instant_og TO og_auth_owner;
GRANT CONNECT ON DATABASE instant_og TO og_auth;
CREATE SCHEMA auth AUTHORIZATION og_auth_owner;
GRANT USAGE ON SCHEMA auth TO og_auth;
ALTER DEFAULT PRIVILEGES FOR ROLE og_auth_owner IN SCHEMA auth
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO og_auth;
ALTER DEFAULT PRIVILEGES FOR ROLE og_auth_owner IN SCHEMA auth GRANT USAGE ON SEQUENCES TO og_auth;

CREATE ROLE og_billing_owner LOGIN;
CREATE ROLE og_billing LOGIN;
GRANT CONNECT, CREATE ON DATABASE instant_og TO og_billing_owner;
GRANT CONNECT ON DATABASE instant_og TO og_billing;
CREATE SCHEMA billing AUTHORIZATION og_billing_owner;
GRANT USAGE ON SCHEMA billing TO og_billing;
ALTER DEFAULT PRIVILEGES FOR ROLE og_billing_owner IN SCHEMA billing
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO og_billing;
ALTER DEFAULT PRIVILEGES FOR ROLE og_billing_owner IN SCHEMA billing
  GRANT USAGE ON SEQUENCES TO og_billing;

CREATE ROLE og_edge_owner LOGIN;
CREATE ROLE og_edge LOGIN;
GRANT CONNECT, CREATE ON DATABASE instant_og TO og_edge_owner;
GRANT CONNECT ON DATABASE instant_og TO og_edge;
CREATE SCHEMA edge AUTHORIZATION og_edge_owner;
GRANT USAGE ON SCHEMA edge TO og_edge;
ALTER DEFAULT PRIVILEGES FOR ROLE og_edge_owner IN SCHEMA edge
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO og_edge;
ALTER DEFAULT PRIVILEGES FOR ROLE og_edge_owner IN SCHEMA edge GRANT USAGE ON SEQUENCES TO og_edge;

-- So that a migration that waits for a lock can say whose transactions are open: whoever is no member sees
-- that there are some, and not whose. It reads no table by that.
GRANT pg_read_all_stats TO og_auth_owner, og_billing_owner, og_edge_owner;
