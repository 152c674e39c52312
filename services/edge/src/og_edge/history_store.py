"""The history of generations, as the dashboard reads it from Postgres."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Final

from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Composed

from og_edge.ai import AiStatus
from og_edge.cards import Generation
from og_edge.history import (
    SCAN_ROWS_MAX,
    CardState,
    Cursor,
    HistoryFilter,
    HistoryPage,
    Record,
)
from og_service.postgres import Pool

# Subqueries that give one value are asked row by row, by index; a join might read a whole table.
# OFFSET 0 keeps them from being asked twice.
_WITH_STATE: Final = SQL("""
SELECT * FROM (
  SELECT *, CASE
      WHEN digest IS NULL THEN CASE WHEN is_blocked THEN 'blocked' ELSE 'deleted' END
      WHEN strpos(object_name, id::text) > 0 THEN 'served'
      ELSE 'replaced'
    END AS state
  FROM (
    SELECT
      lines.*,
      (SELECT object_name FROM edge.cards WHERE key = card_key) AS object_name,
      (SELECT digest FROM edge.cards WHERE key = card_key) AS digest,
      (SELECT true FROM edge.blocks WHERE blocks.card_key = lines.card_key) AS is_blocked
    FROM ({lines}) AS lines OFFSET 0
  ) AS lines_and_cards
) AS records
""")
_BY_TIME: Final = SQL("""
SELECT * FROM edge.generations
WHERE account_id = %(account_id)s AND {conditions}
ORDER BY create_time DESC, id DESC LIMIT %(scanned)s
""")
_BLOCKED: Final = SQL("""
SELECT generations.* FROM (
  SELECT generation_id FROM edge.blocks
  WHERE account_id = %(account_id)s AND {after_block}
  ORDER BY draw_time DESC, generation_id DESC LIMIT %(scanned)s
) AS blocked
CROSS JOIN LATERAL (
  SELECT * FROM edge.generations WHERE id = blocked.generation_id OFFSET 0
) AS generations
WHERE {conditions}
""")
_LAST_BY_TIME: Final = SQL("""
SELECT create_time, id::text FROM edge.generations
WHERE account_id = %(account_id)s AND {conditions}
ORDER BY create_time DESC, id DESC OFFSET %(scanned)s - 1 LIMIT 1
""")
_LAST_BLOCKED: Final = SQL("""
SELECT draw_time AS create_time, generation_id::text AS id FROM edge.blocks
WHERE account_id = %(account_id)s AND {after_block}
ORDER BY draw_time DESC, generation_id DESC OFFSET %(scanned)s - 1 LIMIT 1
""")
_ONE: Final = SQL("""
SELECT * FROM edge.generations WHERE id = %(id)s::uuid AND account_id = %(account_id)s
""")
_PAGE: Final = SQL("""{records}
WHERE {wanted} ORDER BY create_time DESC, id DESC LIMIT %(rows)s""")

_TRUE: Final = SQL("true")
_AFTER_BLOCK: Final = SQL("(draw_time, generation_id) < (%(after_time)s, %(after_id)s::uuid)")


class PostgresHistory:
    """History on the schema `edge`, best on connections of its own that plan BY_INDEX."""

    def __init__(self, pool: Pool, scan_rows_max: int = SCAN_ROWS_MAX) -> None:
        self._pool = pool
        self._scan_rows_max = scan_rows_max

    async def page(
        self, account_id: str, wanted: HistoryFilter, after: Cursor | None, at_most: int
    ) -> HistoryPage:
        """See History."""
        is_blocked = wanted.state is CardState.BLOCKED
        is_bounded = wanted.needs_scan or is_blocked
        values = {
            **_values(account_id, wanted, after),
            "scanned": self._scan_rows_max if is_bounded else at_most + 1,
            "rows": at_most + 1,
        }
        parts = {
            "conditions": _all(_conditions(wanted, after)),
            "after_block": _AFTER_BLOCK if after else _TRUE,
        }
        lines = (_BLOCKED if is_blocked else _BY_TIME).format(**parts)
        query = _PAGE.format(
            records=_WITH_STATE.format(lines=lines), wanted=_all(_looked_for(wanted))
        )
        records = [_record_of(row) for row in await self._ask(query, values)]
        if len(records) > at_most:
            last = records[at_most - 1]
            return HistoryPage(
                records[:at_most], Cursor(last.create_time, last.generation.generation_id)
            )
        if not is_bounded:
            return HistoryPage(records)
        ends = await self._ask(
            (_LAST_BLOCKED if is_blocked else _LAST_BY_TIME).format(**parts), values
        )
        for end in ends:
            return HistoryPage(records, Cursor(end["create_time"], end["id"]), end["create_time"])
        return HistoryPage(records)

    async def find(self, account_id: str, generation_id: str) -> Record | None:
        """See History."""
        try:
            values = {"id": str(uuid.UUID(generation_id)), "account_id": account_id}
        except ValueError:
            return None
        rows = await self._ask(_WITH_STATE.format(lines=_ONE), values)
        return _record_of(rows[0]) if rows else None

    async def _ask(self, query: Composed, values: dict[str, Any]) -> list[DictRow]:
        async with (
            self._pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            # Planned for what is asked, not once for whatever may be.
            await cursor.execute(query, values, prepare=False)
            return await cursor.fetchall()


def _values(account_id: str, wanted: HistoryFilter, after: Cursor | None) -> dict[str, Any]:
    last_day = wanted.last_day
    return {
        "account_id": account_id,
        "after_time": after.create_time if after else None,
        "after_id": after.generation_id if after else None,
        "template_id": wanted.template_id,
        "payer_id": wanted.payer_id,
        "from_time": _midnight(wanted.first_day) if wanted.first_day else None,
        "until_time": _midnight(last_day + dt.timedelta(days=1)) if last_day else None,
        "text": wanted.text.lower(),
        "state": wanted.state,
    }


def _conditions(wanted: HistoryFilter, after: Cursor | None) -> Sequence[SQL]:
    """Give what an index finds."""
    conditions = (
        (SQL("(create_time, id) < (%(after_time)s, %(after_id)s::uuid)"), after),
        (SQL("template_id = %(template_id)s"), wanted.template_id),
        (SQL("payer_id = %(payer_id)s"), wanted.payer_id is not None),
        (SQL("create_time >= %(from_time)s"), wanted.first_day),
        (SQL("create_time < %(until_time)s"), wanted.last_day),
    )
    return [condition for condition, is_asked in conditions if is_asked]


def _looked_for(wanted: HistoryFilter) -> Sequence[SQL]:
    """Give what is looked for row by row."""
    conditions = (
        (SQL("strpos(lower(page_url), %(text)s) > 0"), wanted.text),
        (SQL("state = %(state)s"), wanted.state),
    )
    return [condition for condition, is_asked in conditions if is_asked]


def _all(conditions: Sequence[SQL]) -> SQL | Composed:
    return SQL(" AND ").join(conditions) if conditions else _TRUE


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, dt.UTC)


def _record_of(row: DictRow) -> Record:
    generation = Generation(
        generation_id=str(row["id"]),
        account_id=row["account_id"],
        card_key=row["card_key"],
        page_url=row["page_url"],
        template_id=row["template_id"],
        options=row["options"],
        sources=row["sources"],
        failed_images=row["failed_images"],
        price_credits=row["price_credits"],
        ai_status=AiStatus(row["ai_status"]) if row["ai_status"] else None,
        payer_id=row["payer_id"],
        duration_ms=row["duration_ms"],
        missing_glyphs=row["missing_glyphs"] or "",
        texts=row["texts"] or {},
    )
    return Record(generation, row["create_time"], CardState(row["state"]), row["digest"] or "")
