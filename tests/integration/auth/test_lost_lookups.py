"""The way to PostgreSQL fails while lookups are under way: they are asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from og_auth.api_keys import new_secret
from og_auth.credentials import Lookup
from og_auth.store.credentials import PostgresCredentials, open_credentials
from tests.support.fault_proxy import FaultProxy
from tests.support.stores import through

UNKNOWN = Lookup(key_digest=new_secret().digest)
TIMES = 3


@pytest.fixture
async def store(
    way_to_postgres: FaultProxy, database_url: str
) -> AsyncIterator[PostgresCredentials]:
    async with open_credentials(through(way_to_postgres, database_url)) as store:
        yield store


def half_open(way: FaultProxy) -> None:
    """What is connected acknowledges and passes nothing on; new connections are good."""
    way.leave_half_open()


def cut(way: FaultProxy) -> None:
    way.cut()


def cut_in_answer(way: FaultProxy) -> None:
    way.cut_in_answer(3)


@pytest.mark.parametrize("fail", [half_open, cut, cut_in_answer])
async def test_a_lookup_whose_answer_is_lost_is_asked_again(
    store: PostgresCredentials, way_to_postgres: FaultProxy, fail: Callable[[FaultProxy], None]
) -> None:
    for _ in range(TIMES):
        assert await store.find_credentials([UNKNOWN]) == {}
        fail(way_to_postgres)
        assert await store.find_credentials([UNKNOWN]) == {}
        way_to_postgres.heal()
