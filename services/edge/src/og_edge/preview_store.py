"""How many previews accounts have seen, in Postgres."""

from __future__ import annotations

from typing import Final

from og_service.postgres import Pool

_TAKE: Final = """
INSERT INTO edge.previews AS mine (account_id, day, previews)
VALUES (%(account_id)s, (now() AT TIME ZONE 'UTC')::date, 1)
ON CONFLICT (account_id) DO UPDATE SET
  day = excluded.day,
  previews = CASE WHEN mine.day = excluded.day THEN mine.previews + 1 ELSE 1 END
WHERE mine.day <> excluded.day OR mine.previews < %(at_most)s
RETURNING previews
"""


class PostgresPreviewCounts:
    """PreviewCounts on the schema `edge`: one row for each account."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def take(self, account_id: str, at_most: int) -> bool:
        """See PreviewCounts."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_TAKE, {"account_id": account_id, "at_most": at_most})
            return await cursor.fetchone() is not None
