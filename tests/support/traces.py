"""Looking for a secret in all that a system keeps and says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg import sql

_PART_CHARS = 12
"""Enough of a secret to be no coincidence, little enough to find one that was cut."""


@dataclass(frozen=True)
class Marker:
    """A secret whose parts are looked for, in any case, as they are and in hex."""

    secret: str
    prefix: str

    @property
    def parts(self) -> list[bytes]:
        """Give what is looked for: whatever half of the secret is somewhere, one is in it."""
        body = self.secret.removeprefix(self.prefix)
        starts = range(0, len(body) - _PART_CHARS + 1, _PART_CHARS // 2)
        texts = [body[start : start + _PART_CHARS].encode() for start in starts]
        return [*(text.lower() for text in texts), *(text.hex().encode() for text in texts)]

    def is_in(self, content: bytes | str) -> bool:
        """Tell whether something holds a part of it."""
        text = (content.encode() if isinstance(content, str) else content).lower()
        return any(part in text for part in self.parts)


def files_with(marker: Marker, directory: Path) -> list[Path]:
    """Name the files below directory that hold the marker."""
    return [
        path
        for path in directory.rglob("*")
        if path.is_file() and not path.is_symlink() and marker.is_in(_content(path))
    ]


def rows_with(marker: Marker, admin_dsn: str) -> list[str]:
    """Give the rows of all tables that hold the marker; what is committed is on disk after it."""
    found = []
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        tables = admin.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert tables
        for schema, table in tables:
            query = sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(schema, table))
            found += [f"{table}: {row}" for (row,) in admin.execute(query) if marker.is_in(row)]
        admin.execute("CHECKPOINT")
    return found


def entries_with(marker: Marker, redis_url: str) -> list[str]:
    """Name the keys of Valkey that hold the marker, in their names or their values."""
    with redis.Redis.from_url(redis_url) as client:
        return [
            repr(name)
            for name in client.scan_iter()
            if marker.is_in(name) or marker.is_in(client.dump(name) or b"")
        ]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # gone meanwhile
        return b""
