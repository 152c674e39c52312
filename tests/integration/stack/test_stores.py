import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from og_stack.databases import create_database, prepare_schema
from og_stack.embedded import EmbeddedStore
from og_stack.locks import DirectoryInUseError
from og_stack.postgres import EmbeddedPostgres
from og_stack.valkey import EmbeddedValkey
from tests.support.processes import is_running
from tests.support.waiting import wait_until

STORES = pytest.mark.parametrize("make_store", [EmbeddedPostgres, EmbeddedValkey])
MakeStore = Callable[[Path], EmbeddedStore]


def remember(store: EmbeddedStore) -> None:
    if isinstance(store, EmbeddedPostgres):
        with psycopg.connect(store.admin_dsn) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    elif isinstance(store, EmbeddedValkey):
        redis.Redis.from_url(store.url).set("kept", 42)


def recall(store: EmbeddedStore) -> int:
    if isinstance(store, EmbeddedPostgres):
        with psycopg.connect(store.admin_dsn) as connection:
            row = connection.execute("SELECT answer FROM kept").fetchone()
            assert row is not None
            return int(row[0])
    assert isinstance(store, EmbeddedValkey)
    return int(redis.Redis.from_url(store.url).get("kept"))  # type: ignore[arg-type]


@STORES
def test_keeps_data_over_a_clean_restart(make_store: MakeStore, tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        remember(store)
    assert not store.is_ready()
    with make_store(tmp_path) as store:
        assert recall(store) == 42


@STORES
def test_starts_again_after_kill(make_store: MakeStore, tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        remember(store)
        store.kill()
        store.start()
        assert recall(store) == 42


@STORES
def test_a_second_one_in_the_same_directory_is_refused(
    make_store: MakeStore, tmp_path: Path
) -> None:
    with make_store(tmp_path) as store:
        with pytest.raises(DirectoryInUseError, match=str(os.getpid())):
            make_store(tmp_path).start()
        assert store.is_ready()


@STORES
def test_runs_in_a_directory_too_long_for_a_socket(make_store: MakeStore, tmp_path: Path) -> None:
    with make_store(tmp_path / ("long" * 40)) as store:
        remember(store)
        assert recall(store) == 42


@STORES
def test_dies_with_its_parent_and_starts_again(make_store: MakeStore, tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from og_stack.postgres import *; from og_stack.valkey import *;"
        f"store = {make_store.__name__}(pathlib.Path(sys.argv[1])); store.start();"
        "print(store.process.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_running(child))
    with make_store(tmp_path) as store:
        remember(store)


def test_a_role_reaches_its_own_schema_only(postgres: str) -> None:
    admin = create_database(postgres, "test_roles")
    first = prepare_schema(admin, "first", "one password")
    second = prepare_schema(admin, "second", "another password")
    with psycopg.connect(admin) as connection:
        connection.execute("CREATE TABLE first.things (id int)")
    with psycopg.connect(first) as connection:
        connection.execute("INSERT INTO first.things VALUES (1)")
        connection.execute("UPDATE first.things SET id = 2")
    with psycopg.connect(second) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM first.things")
    with psycopg.connect(first) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE first.more (id int)")


def test_a_new_password_replaces_the_old_one(postgres: str) -> None:
    admin = create_database(postgres, "test_passwords")
    old = prepare_schema(admin, "third", "old password")
    new = prepare_schema(admin, "third", "new password")
    psycopg.connect(new).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(old)
