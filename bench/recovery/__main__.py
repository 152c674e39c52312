"""How long a backup takes, and a system to come back from it: `python -m bench.recovery --help`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from bench.recovery.data import fill, write_more
from og_stack.postgres import EmbeddedPostgres
from og_stack.stack import DATABASE
from tests.support import backups
from tests.support.waiting import wait_until

ACCOUNTS: Final = 1_000
ENTRIES: Final = 1_000_000
MB: Final = 1_000_000
RECOVERY_TIMEOUT_S: Final = 600


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="recovery-") as directory:
        found = measure(Path(directory), asked.accounts, asked.entries)
    print(json.dumps(found, indent=2) if asked.json else as_text(found))


def measure(directory: Path, accounts: int, entries: int) -> dict[str, float]:
    """Back a server up in both ways, lose it, and bring it back; seconds and MB (10^6 bytes)."""
    found: dict[str, float] = {"load_before": os.getloadavg()[0], "entries": entries}
    archive = backups.directory_of_the_server(directory / "archive")
    # As k8s/ has it: a file is copied when it is full, or every five minutes.
    settings = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
    with EmbeddedPostgres(directory / "old", settings) as server:
        dsn = fill(server.admin_dsn, accounts, entries)
        found["database_mb"] = _size(dsn) / MB
        with _timed(found, "dump_s"):
            backups.dump(dsn, directory)
        found["dump_mb"] = (directory / "instant_og.dump").stat().st_size / MB
        with _timed(found, "base_backup_s"):
            backups.base_backup(server.admin_dsn, directory / "base")
        found["base_backup_mb"] = _files(directory / "base") / MB
        _empty(archive)
        write_more(dsn, entries // 4)
        found["later_entries"] = entries // 4
        _archive_all(dsn, archive)
    found["wal_mb"] = _files(archive) / MB
    with _timed(found, "restore_of_dump_s"), EmbeddedPostgres(directory / "dumped") as server:
        backups.restore(server.admin_dsn, directory)
    with _timed(found, "recovery_of_base_and_wal_s"), _recovering(directory, archive) as server:
        dsn = make_conninfo(server.admin_dsn, dbname=DATABASE)
        wait_until(lambda: _is_writable(dsn), RECOVERY_TIMEOUT_S)
    return found


def as_text(found: dict[str, float]) -> str:
    return "\n".join(f"{name:28} {value:12,.1f}" for name, value in found.items())


@contextmanager
def _timed(found: dict[str, float], name: str) -> Iterator[None]:
    began_s = time.monotonic()
    yield
    found[name] = time.monotonic() - began_s


@contextmanager
def _recovering(directory: Path, archive: Path) -> Iterator[EmbeddedPostgres]:
    settings = {"restore_command": f"cp {archive}/%f %p", "recovery_target_action": "promote"}
    server = EmbeddedPostgres(directory / "new", settings)
    server.directory.mkdir()
    shutil.copytree(directory / "base", server.data_directory)
    shutil.copy(directory / "old" / "password", server.directory / "password")
    (server.data_directory / "recovery.signal").touch()
    with server:
        yield server


def _is_writable(dsn: str) -> bool:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return row == (False,)


def _archive_all(dsn: str, archive: Path) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    assert row is not None  # noqa: S101 - a function gives one row
    wait_until((archive / str(row[0])).exists, RECOVERY_TIMEOUT_S)


def _size(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None  # noqa: S101 - as above
    return int(row[0])


def _files(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _empty(archive: Path) -> None:
    """Forget what the base backup holds already, but for where its own WAL begins."""
    newest = max(archive.glob("*.backup"), default=None)
    for path in archive.iterdir():
        if newest is not None and path.name < newest.name[:24]:
            path.unlink()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.recovery", description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--entries", type=int, default=ENTRIES, help=f"of the ledger ({ENTRIES})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
