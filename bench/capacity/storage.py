"""How much the stores of a running system hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
import redis

from bench.capacity.figures import Growth, Stores
from bench.system import System

SCHEMAS = ("auth", "billing", "edge")
_TABLES = """
    SELECT n.nspname || '.' || c.relname, pg_total_relation_size(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = ANY (%s)
"""
_WAL = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
_CONNECTIONS = """
    SELECT usename, count(*) FROM pg_stat_activity WHERE starts_with(usename, 'og_') GROUP BY 1
"""


@dataclass(frozen=True)
class Held:
    """What there is at one moment."""

    tables: Mapping[str, int]
    """Bytes, indexes included."""
    wal_bytes: int
    """Written so far."""
    connections: Mapping[str, int]
    valkey_bytes: int


def look(system: System) -> Held:
    """Ask the stores."""
    with psycopg.connect(system.stack.admin_dsn, autocommit=True) as connection:
        tables: dict[str, int] = dict(connection.execute(_TABLES, (list(SCHEMAS),)).fetchall())
        [wal_bytes] = connection.execute(_WAL).fetchone() or [0]
        connections: dict[str, int] = dict(connection.execute(_CONNECTIONS).fetchall())
    with redis.Redis.from_url(system.stack.services.redis_url) as valkey:
        memory = valkey.info("memory")
    return Held(tables, int(wal_bytes), connections, int(memory["used_memory"]))


@dataclass(frozen=True)
class Span:
    """What came of so many answers of one kind."""

    before: Held
    after: Held
    answers: int

    def of_table(self, table: str) -> float:
        """Bytes that a table grew by an answer."""
        grown = self.after.tables[table] - self.before.tables.get(table, 0)
        return grown / self.answers

    @property
    def wal_bytes(self) -> float:
        """Bytes of write-ahead log of an answer."""
        return (self.after.wal_bytes - self.before.wal_bytes) / self.answers


def compare(idle: Held, new: Span, hits: Span, accounts: int) -> Stores:
    """Say what an answer leaves in the stores; tables that hardly grow are left out."""
    growths = [
        Growth(table, new.of_table(table), hits.of_table(table))
        for table in sorted(hits.after.tables)
    ]
    seen = (new.after.connections, hits.after.connections)
    return Stores(
        [it for it in growths if max(it.bytes_a_new_card, it.bytes_a_hit) >= 1],
        new.wal_bytes,
        hits.wal_bytes,
        {role: max(it.get(role, 0) for it in seen) for role in sorted({*seen[0], *seen[1]})},
        idle.valkey_bytes,
        hits.after.valkey_bytes,
        accounts,
    )
