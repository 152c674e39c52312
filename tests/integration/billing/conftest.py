from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing

import pytest

from tests.integration.billing.client import Client, audit, new_id, serving
from tests.integration.billing.shop import CLOCK_START, Shop, open_shop
from tests.support.database_clock import DatabaseClock
from tests.support.seeds import rng
from tests.support.stores import FreshDatabase

__all__ = ["rng"]


@pytest.fixture(scope="session")
def ledger_dsn(fresh_database: FreshDatabase) -> str:
    return fresh_database("billing")


@pytest.fixture(scope="session")
async def service(ledger_dsn: str) -> AsyncIterator[Client]:
    async with serving(ledger_dsn) as client:
        yield client


@pytest.fixture
def clocked_dsn(fresh_database: FreshDatabase) -> str:
    """A ledger of its own, whose clock the fixture `clock` moves."""
    return fresh_database("billing")


@pytest.fixture
def clock(clocked_dsn: str, admin_of: Callable[[str], str]) -> Iterator[DatabaseClock]:
    with closing(DatabaseClock(admin_of(clocked_dsn), "og_billing", CLOCK_START)) as clock:
        yield clock


@pytest.fixture
async def billing(service: Client, ledger_dsn: str) -> AsyncIterator[Client]:
    """The service; whatever a test did to it, the ledger must add up after it."""
    yield service
    found = await audit(ledger_dsn)
    assert found.passed, found


@pytest.fixture(scope="module")
async def open_for_business(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> AsyncIterator[Shop]:
    dsn = fresh_database("billing")
    with closing(DatabaseClock(admin_of(dsn), "og_billing", CLOCK_START)) as clock:
        async with open_shop(dsn, clock) as shop:
            yield shop


@pytest.fixture
def shop(open_for_business: Shop) -> Shop:
    """The service beside a Stripe, and an account that nobody knows yet."""
    open_for_business.begin(f"acct_{new_id()}")
    return open_for_business
