from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from tests.integration.billing.client import Client, audit, serving
from tests.integration.billing.clock import MovableDatabase
from tests.support.stores import FreshDatabase


@pytest.fixture(scope="session")
def ledger_dsn(fresh_database: FreshDatabase) -> str:
    return fresh_database("billing")


@pytest.fixture(scope="session")
async def service(ledger_dsn: str) -> AsyncIterator[Client]:
    async with serving(ledger_dsn) as client:
        yield client


@pytest.fixture
def movable(fresh_database: FreshDatabase, admin_of: Callable[[str], str]) -> MovableDatabase:
    return MovableDatabase(fresh_database, admin_of)


@pytest.fixture
async def billing(service: Client, ledger_dsn: str) -> AsyncIterator[Client]:
    """The service; whatever a test did to it, the ledger must add up after it."""
    yield service
    found = await audit(ledger_dsn)
    assert found.passed, found
