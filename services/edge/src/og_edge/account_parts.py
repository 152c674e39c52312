"""Puts together what takes accounts along and lets them go; the composition root calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from og_edge.export_store import open_rows
from og_edge.exports import Exports, Records
from og_edge.farewell_store import open_farewells
from og_edge.farewells import Access, Farewells
from og_service.background import running


class AccountParts(NamedTuple):
    """What is done with accounts as a whole."""

    exports: Exports
    farewells: Farewells


@asynccontextmanager
async def open_account_parts(
    database_url: str, records: Records, access: Access
) -> AsyncIterator[AccountParts]:
    """Open them, and go on with farewells that are not finished."""
    async with open_rows(database_url) as rows, open_farewells(database_url) as store:
        farewells = Farewells(store, access)
        async with running(farewells.keep_going_on):
            yield AccountParts(Exports(records, rows), farewells)
