"""A base backup and the archive of WAL bring a server back to a moment that is named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import psycopg

from og_stack.postgres import EmbeddedPostgres
from tests.support import backups
from tests.support.waiting import wait_until

RECOVERY_TIMEOUT_S = 60


def test_a_server_is_brought_back_to_the_moment_before_a_mistake(tmp_path: Path) -> None:
    archive = backups.directory_of_the_server(tmp_path / "archive")
    settings = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
    with EmbeddedPostgres(tmp_path / "old", settings) as server:
        with psycopg.connect(server.admin_dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE credits AS SELECT 1 AS account, 100 AS credits")
            backups.base_backup(server.admin_dsn, tmp_path / "base")
            connection.execute("INSERT INTO credits VALUES (2, 200)")
            good = moment(connection)
            connection.execute("DELETE FROM credits")
            last = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert last is not None
        wait_until((archive / str(last[0])).exists)
        server.kill()
    recovered = recovering(tmp_path, archive, good)
    with recovered, psycopg.connect(recovered.admin_dsn, autocommit=True) as connection:
        wait_until(lambda: not is_recovering(connection), RECOVERY_TIMEOUT_S)
        found = connection.execute("SELECT account, credits FROM credits ORDER BY 1").fetchall()
        connection.execute("INSERT INTO credits VALUES (3, 300)")
    assert found == [(1, 100), (2, 200)]


def recovering(directory: Path, archive: Path, until: dt.datetime) -> EmbeddedPostgres:
    """Give a server on the base backup that replays the archive until then."""
    server = EmbeddedPostgres(
        directory / "new",
        {
            "restore_command": f"cp {archive}/%f %p",
            "recovery_target_time": until.isoformat(),
            "recovery_target_action": "promote",
        },
    )
    server.directory.mkdir()
    shutil.copytree(directory / "base", server.data_directory)
    shutil.copy(directory / "old" / "password", server.directory / "password")
    (server.data_directory / "recovery.signal").touch()
    return server


def moment(connection: psycopg.Connection) -> dt.datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert isinstance(row[0], dt.datetime)
    return row[0]


def is_recovering(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return bool(row and row[0])
