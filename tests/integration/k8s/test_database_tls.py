"""The URLs that make_secrets.py writes: both drivers check the server's certificate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import trustme
from psycopg.conninfo import make_conninfo

from og_service.fast_pool import open_fast_pool
from og_service.postgres import StoreAwayError, open_pool
from og_stack.postgres import EmbeddedPostgres
from og_stack.privileges import file_owner, leaving_root
from scripts.manifests.render import ROOT

ADDRESS = f"127.77.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"
"""Of loopback, and this process's own, so that the server may have the port that it always has."""
IS_ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@dataclass(frozen=True)
class Server:
    """A server with a certificate, and a role whose password it knows."""

    dsn: str
    """As a Secret has it, but for where the server and its authority are."""
    stranger_dsn: str
    """The same, with an authority that never signed it."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("tls")
    certificate = trustme.CA()
    issued = certificate.issue_cert(ADDRESS)
    ca, stranger = directory / "ca.crt", directory / "stranger.crt"
    certificate.cert_pem.write_to_path(ca)
    trustme.CA().cert_pem.write_to_path(stranger)
    postgres = EmbeddedPostgres(
        tmp_path_factory.mktemp("postgres"),
        {
            "fsync": "off",
            "listen_addresses": ADDRESS,
            "ssl": "on",
            "ssl_cert_file": "server.crt",
            "ssl_key_file": "server.key",
        },
    )
    postgres.prepare()
    _give(postgres.data_directory / "server.crt", issued.cert_chain_pems[0].bytes())
    _give(postgres.data_directory / "server.key", issued.private_key_pem.bytes())
    postgres.release()
    with postgres:
        secret = _secret("auth-database")
        with psycopg.connect(postgres.admin_dsn, autocommit=True) as connection:
            statement = f"CREATE ROLE {secret['username']} LOGIN PASSWORD '{secret['password']}'"
            connection.execute(statement.encode())
        dsn = make_conninfo(secret["url"], host=ADDRESS, dbname="postgres")
        yield Server(
            make_conninfo(dsn, sslrootcert=str(ca)), make_conninfo(dsn, sslrootcert=str(stranger))
        )


async def test_both_drivers_speak_tls_to_the_server_that_the_authority_knows(
    server: Server,
) -> None:
    async with open_pool(server.dsn) as pool, pool.connection() as connection:
        row = await (await connection.execute(IS_ENCRYPTED)).fetchone()
        assert row == (True,)
    async with open_fast_pool(server.dsn, max_connections=1) as fast:
        ((is_encrypted,),) = await fast.read(IS_ENCRYPTED)
        assert is_encrypted


async def test_neither_speaks_to_a_server_that_the_authority_does_not_know(
    server: Server,
) -> None:
    async with open_pool(server.stranger_dsn) as pool:
        with pytest.raises(psycopg.OperationalError):
            async with pool.connection():
                pytest.fail("it was let in")
    async with open_fast_pool(server.stranger_dsn, max_connections=1) as fast:
        with pytest.raises(StoreAwayError):
            await fast.read(IS_ENCRYPTED)


def _secret(name: str) -> dict[str, str]:
    script = ROOT / "scripts" / "make_secrets.py"
    made = subprocess.run([sys.executable, script], capture_output=True, check=True, timeout=30)
    for item in json.loads(made.stdout)["items"]:
        if item["metadata"]["name"] == name:
            return dict(item["stringData"])
    raise KeyError(name)


def _give(path: Path, content: bytes) -> None:
    """Write what only the server's user may read."""
    path.touch(mode=0o600)
    path.write_bytes(content)
    if os.geteuid() == 0:
        os.chown(path, file_owner(leaving_root()), -1)
