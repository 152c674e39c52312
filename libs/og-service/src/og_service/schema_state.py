"""A service begins only once its schema has what its code needs."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from types import FrameType
from typing import Final

import psycopg
import structlog

from og_service.migration_files import MigrationError, compare, find_migrations
from og_service.migrations import applied_query
from og_service.postgres import CONNECT_TIMEOUT_S, BoundedConnection

log = structlog.get_logger()

POLL_INTERVAL_S: Final = 1.0
REMINDER_S: Final = 60.0


def wait_for_schema(dsn: str, package: str, schema: str) -> None:
    """Return once no migration of the package is lacking; say what to run while one is.

    Until then the service listens nowhere, so it is not ready and those of before go on serving: a
    release may be rolled out before, beside or after its migrations. A schema that is newer is
    fine. Where the database is away nothing is known of its schema, and the service begins as it
    recovers: by itself. SIGTERM and SIGINT end the process meanwhile.
    """
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGINT)}
    reminded_s = -REMINDER_S
    while lacking := _lacking(dsn, package, schema):
        if time.monotonic() - reminded_s >= REMINDER_S:
            reminded_s = time.monotonic()
            log.error("schema is not migrated", lacks=lacking, run=f"python -m {package} migrate")
        time.sleep(POLL_INTERVAL_S)
    for number, handler in before.items():
        signal.signal(number, handler)


def _lacking(dsn: str, package: str, schema: str) -> list[str]:
    try:
        plan = compare(find_migrations(package), asyncio.run(_applied(dsn, schema)))
    except psycopg.errors.InsufficientPrivilege:
        return ["the migration that lets the service see what was applied"]
    except psycopg.OperationalError as error:
        log.warning("schema is not known", cause=" ".join(str(error).split()))
        return []
    except MigrationError as error:
        return [str(error)]
    if plan.newer:
        log.info("schema is newer", has=plan.newer)
    return [migration.name for migration in plan.lacking]


async def _applied(dsn: str, schema: str) -> dict[str, str]:
    """Give what was applied; raises OperationalError where the way is away, or silent."""
    connection = await BoundedConnection.connect(
        dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S
    )
    async with connection:
        try:
            cursor = await connection.execute(applied_query(schema))
        except psycopg.errors.UndefinedTable:
            return {}
        return dict(await cursor.fetchall())


def _leave(_: int, __: FrameType | None) -> None:
    sys.exit(0)
