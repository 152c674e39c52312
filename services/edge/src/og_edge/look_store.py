"""The last looks at pages, in Postgres."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from psycopg.types.json import Jsonb

from og_edge.looks import (
    LOOKS_KEPT,
    MAX_LOOKS_PER_SITE,
    MAX_LOOKS_SHOWN,
    MAX_TAG_URL_CHARS,
    TAGGED_LOOKS_PER_SITE,
    PageLook,
)
from og_edge.page import CardTag
from og_service.postgres import BY_INDEX, Pool, open_pool

MAX_CONNECTIONS: Final = 2
"""Looks are written beside the answers, and read for owners and for who is refused."""
_TRIM_LOCK: Final = 0x6C6F_6F6B_73
"""Key of the advisory lock; "looks" in ASCII."""

_COLUMNS: Final = "page_url, final_url, canonical_url, tags, scripts_name_us, problem, look_time"
_FIND: Final = f"""
SELECT {_COLUMNS} FROM edge.page_looks
WHERE site_id = %s AND page_digest = %s AND look_time >= now() - %s
"""  # noqa: S608 - constants, as below
_RECENT: Final = f"""
SELECT {_COLUMNS} FROM edge.page_looks
WHERE site_id = %s AND account_id = %s AND look_time >= now() - %s
ORDER BY look_time DESC LIMIT %s
"""  # noqa: S608
_TAGGED: Final = f"""
SELECT site.site_id, looks.* FROM unnest(%s::text[]) AS site (site_id) CROSS JOIN LATERAL (
  SELECT {_COLUMNS} FROM edge.page_looks
  WHERE page_looks.site_id = site.site_id AND account_id = %s AND look_time >= now() - %s
    AND strpos(tags::text, site.site_id) > 0
  ORDER BY look_time DESC LIMIT %s) AS looks
ORDER BY looks.look_time DESC
"""  # noqa: S608


class PostgresPageLooks:
    """PageLooks on the schema `edge`."""

    def __init__(self, pool: Pool, looks_per_site_max: int = MAX_LOOKS_PER_SITE) -> None:
        self._pool = pool
        self._looks_per_site_max = looks_per_site_max

    async def remember(self, site_id: str, account_id: str, look: PageLook) -> None:
        """See PageLooks."""
        tags = [
            {"property": tag.property, "url": tag.url}
            for tag in look.tags
            if len(tag.url) <= MAX_TAG_URL_CHARS
        ]
        row = {
            **vars(look),
            "site_id": site_id,
            "account_id": account_id,
            "page_digest": _digest(look.page_url),
            "tags": Jsonb(tags),
        }
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(
                """
                INSERT INTO edge.page_looks (site_id, page_digest, account_id, page_url, look_time,
                                             final_url, canonical_url, tags, scripts_name_us,
                                             problem)
                VALUES (%(site_id)s, %(page_digest)s, %(account_id)s, %(page_url)s, %(look_time)s,
                        %(final_url)s, %(canonical_url)s, %(tags)s, %(scripts_name_us)s,
                        %(problem)s)
                ON CONFLICT (site_id, page_digest) DO UPDATE SET
                  account_id = excluded.account_id, look_time = excluded.look_time,
                  final_url = excluded.final_url, canonical_url = excluded.canonical_url,
                  tags = excluded.tags, scripts_name_us = excluded.scripts_name_us,
                  problem = excluded.problem
                WHERE page_looks.look_time <= excluded.look_time
                """,
                row,
            )
        await self._trim(site_id)

    async def _trim(self, site_id: str) -> None:
        """Forget what is beyond the bounds; one process at a time, since two could deadlock."""
        async with self._pool.connection() as connection, connection.transaction():
            cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_TRIM_LOCK,))
            if await cursor.fetchone() != (True,):
                return
            await connection.execute(
                """
                DELETE FROM edge.page_looks WHERE site_id = %(site_id)s AND page_digest = ANY(ARRAY(
                  SELECT page_digest FROM (
                    SELECT page_digest, row_number() OVER (
                      PARTITION BY strpos(page_url, '?') > 0 OR problem <> ''
                      ORDER BY look_time DESC) AS place
                    FROM edge.page_looks WHERE site_id = %(site_id)s) AS looks
                  WHERE place > %(looks)s))
                """,
                {"site_id": site_id, "looks": self._looks_per_site_max},
            )
            await connection.execute(
                "DELETE FROM edge.page_looks WHERE look_time < now() - %s", (LOOKS_KEPT,)
            )

    async def find(self, site_id: str, page_url: str) -> PageLook | None:
        """See PageLooks."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_FIND, (site_id, _digest(page_url), LOOKS_KEPT))
            row = await cursor.fetchone()
        return _look(row) if row else None

    async def recent(self, account_id: str, site_id: str) -> Sequence[PageLook]:
        """See PageLooks."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                _RECENT, (site_id, account_id, LOOKS_KEPT, MAX_LOOKS_SHOWN)
            )
            return [_look(row) for row in await cursor.fetchall()]

    async def tagged(
        self, account_id: str, site_ids: Sequence[str]
    ) -> Mapping[str, Sequence[PageLook]]:
        """See PageLooks."""
        found: dict[str, list[PageLook]] = {}
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                _TAGGED, (list(site_ids), account_id, LOOKS_KEPT, TAGGED_LOOKS_PER_SITE)
            )
            for site_id, *row in await cursor.fetchall():
                found.setdefault(site_id, []).append(_look(row))
        return found


@asynccontextmanager
async def open_page_looks(dsn: str) -> AsyncIterator[PostgresPageLooks]:
    """Open the looks on connections of their own, and close them after use."""
    async with open_pool(
        dsn, max_connections=MAX_CONNECTIONS, settings=BY_INDEX, name="looks"
    ) as pool:
        yield PostgresPageLooks(pool)


def _look(row: Sequence[Any]) -> PageLook:
    page_url, final_url, canonical_url, tags, scripts_name_us, problem, look_time = row
    return PageLook(
        page_url=page_url,
        final_url=final_url,
        canonical_url=canonical_url,
        tags=[CardTag(**tag) for tag in tags],
        scripts_name_us=scripts_name_us,
        problem=problem,
        look_time=look_time,
    )


def _digest(page_url: str) -> bytes:
    """Shorten a URL, which may be longer than an index takes."""
    return hashlib.sha256(page_url.encode()).digest()
