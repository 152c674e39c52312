"""Good looks at pages in PostgreSQL."""

# ruff: noqa: S608 - what is put into statements are conditions of ours

from __future__ import annotations

from typing import Final

import structlog

from og_auth.looks import Origin
from og_auth.sites import Claim
from og_auth.store.database import Database
from og_auth.verification import FRESH_S, HELD_S, Verification

log = structlog.get_logger()

MAX_LOOKS_PER_SITE: Final = 100_000
"""The longest unused go first. Pages without a query, pages with one and aliases have as much room
each."""
ADDITIONS_PER_DAY: Final = 10_000
"""New rows of one site and origin on a day of UTC: a tenth of the room that there is, so that it
takes strangers ten days to push out what is used."""
RETENTION_S: Final = 400 * 24 * 3600
ALIAS_RETENTION_S: Final = HELD_S
"""An alias never tells what was verified once, so it is of no use after it holds no longer."""
SWEEP_ROWS: Final = 10_000

_KEY: Final = (
    "site_id = %(site_id)s AND page_digest = %(page_digest)s"
    " AND tag_policy = %(tag_policy)s AND card_digest = %(card_digest)s"
)
_COUNTS_BY_ITSELF: Final = (
    "(state <> 'rejected' AND look_time > now() - make_interval(secs => %(fresh_s)s))"
)

_REMEMBER: Final = f"""
WITH known AS (SELECT FROM auth.looks WHERE {_KEY}),
changed AS (
  UPDATE auth.looks
  SET state = %(state)s, look_time = now(), canonical_url = %(canonical_url)s
  WHERE {_KEY} AND (%(state)s = 'verified' OR NOT {_COUNTS_BY_ITSELF})
),
admitted AS (
  INSERT INTO auth.look_additions AS a (site_id, origin, day, additions)
  SELECT %(site_id)s, %(origin)s, (now() AT TIME ZONE 'UTC')::date, 1
  WHERE NOT EXISTS (SELECT FROM known)
  ON CONFLICT (site_id, origin) DO UPDATE
  SET day = excluded.day,
      additions = CASE WHEN a.day = excluded.day THEN a.additions + 1 ELSE 1 END
  WHERE a.day <> excluded.day OR a.additions < %(additions_max)s
  RETURNING additions
),
added AS (
  INSERT INTO auth.looks
    (site_id, page_digest, tag_policy, card_digest, state, canonical_url, has_query)
  SELECT %(site_id)s, %(page_digest)s, %(tag_policy)s, %(card_digest)s, %(state)s,
         %(canonical_url)s, %(has_query)s
  FROM admitted
  ON CONFLICT (site_id, page_digest, tag_policy, card_digest) DO UPDATE
  SET state = excluded.state, look_time = now(), canonical_url = excluded.canonical_url
)
SELECT FROM admitted WHERE additions = %(additions_max)s
"""

_LAPSE: Final = f"""
UPDATE auth.looks SET state = 'rejected'
WHERE {_KEY} AND state <> 'rejected' AND NOT {_COUNTS_BY_ITSELF}
"""

_DELETE_OLD: Final = """
DELETE FROM auth.looks WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM auth.looks
  WHERE is_alias = %s AND look_time <= now() - make_interval(secs => %s)
  LIMIT %s FOR UPDATE SKIP LOCKED))
"""

# Only sites that got rows since yesterday can be over their cap. Whose time is above -infinity is
# in looks_by_pool, as all are: what does not say so is never read by that index.
_TRIM: Final = """
DELETE FROM auth.looks WHERE ctid = ANY (ARRAY(
  SELECT l.ctid
  FROM (SELECT DISTINCT site_id FROM auth.look_additions
        WHERE day >= (now() AT TIME ZONE 'UTC')::date - 1) AS a
  CROSS JOIN (VALUES (true, true), (true, false), (false, true), (false, false))
    AS pool (is_alias, has_query)
  CROSS JOIN LATERAL (
    SELECT ctid FROM auth.looks
    WHERE site_id = a.site_id AND is_alias = pool.is_alias AND has_query = pool.has_query
      AND look_time > '-infinity'
    ORDER BY look_time DESC OFFSET %s) AS l
  LIMIT %s))
"""

_DELETE_SITELESS: Final = """
DELETE FROM auth.looks WHERE ctid = ANY (ARRAY(
  SELECT l.ctid FROM auth.deleted_sites JOIN auth.looks AS l USING (site_id) LIMIT %s))
"""

_FORGET_ADDITIONS: Final = """
DELETE FROM auth.look_additions WHERE day < (now() AT TIME ZONE 'UTC')::date - 1
"""


class PostgresLooks:
    """Implements looks.LookStore."""

    def __init__(
        self,
        database: Database,
        looks_per_site_max: int = MAX_LOOKS_PER_SITE,
        additions_per_day_max: int = ADDITIONS_PER_DAY,
    ) -> None:
        self._database = database
        self._looks_per_site_max = looks_per_site_max
        self._additions_per_day_max = additions_per_day_max

    async def remember(
        self, claim: Claim, state: Verification, origin: Origin, canonical_url: str = ""
    ) -> None:
        """See looks.LookStore."""
        values = _key(claim) | {
            "state": state.name.lower(),
            "canonical_url": canonical_url or None,
            "origin": origin.value,
            "additions_max": self._additions_per_day_max,
        }
        async with self._database.connection() as connection:
            cursor = await connection.execute(_REMEMBER, values)
            if cursor.rowcount:
                log.warning(
                    "no more pages of a site remembered today",
                    site_id=claim.site_id,
                    origin=origin.value,
                )

    async def lapse(self, claim: Claim) -> None:
        """See looks.LookStore."""
        async with self._database.connection() as connection:
            await connection.execute(_LAPSE, _key(claim))

    async def delete_expired(self) -> int:
        """Delete up to SWEEP_ROWS rows of each kind that are old or beyond a cap; tell how many."""
        deleted = 0
        async with self._database.connection() as connection:
            await connection.execute(_FORGET_ADDITIONS)
            for statement, values in (
                (_DELETE_OLD, (True, ALIAS_RETENTION_S, SWEEP_ROWS)),
                (_DELETE_OLD, (False, RETENTION_S, SWEEP_ROWS)),
                (_DELETE_SITELESS, (SWEEP_ROWS,)),
                (_TRIM, (self._looks_per_site_max, SWEEP_ROWS)),
            ):
                deleted += (await connection.execute(statement, values)).rowcount
        return deleted


def _key(claim: Claim) -> dict[str, object]:
    return {
        "site_id": claim.site_id,
        "page_digest": claim.page_digest,
        "tag_policy": claim.tag_policy.value,
        "card_digest": claim.card_digest,
        "has_query": claim.has_query,
        "fresh_s": FRESH_S,
    }
