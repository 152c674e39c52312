"""A batch whose answer is lost is posted again: the same ids, and each gets its first outcome."""

from __future__ import annotations

import random
from uuid import uuid4

import pytest
from psycopg.conninfo import make_conninfo

from og_billing.commands import MIN_HOLD, Charge, Grant, Posting, Release, Reserve
from og_billing.entries import Balance, Bucket, ChargeKind, Entry
from og_billing.posting import SETTINGS, PostgresPoster, open_poster
from og_service.fast_pool import open_fast_pool
from tests.integration.billing.ledger import open_ledger
from tests.support.fault_proxy import FaultProxy
from tests.support.seeds import rng
from tests.support.stores import FreshDatabase, through

__all__ = ["rng"]

LOSSES = 40
ANSWERS_BYTES = 1_500
"""About what the server says to the connection and to a batch on it."""


@pytest.fixture
def dsn(fresh_database: FreshDatabase) -> str:
    return fresh_database("billing")


def cached_card() -> Charge:
    return Charge(str(uuid4()), "acct", ChargeKind.CACHED_CARD, "")


async def granted(poster: PostgresPoster) -> None:
    [entry] = await poster.post([Grant(str(uuid4()), "acct", 1_000, Bucket.PACK, "")])
    assert isinstance(entry, Entry)


async def test_who_is_charged_while_the_way_is_left_half_open_waits_and_is_charged_once(
    dsn: str, way_to_postgres: FaultProxy
) -> None:
    far_dsn = through(way_to_postgres, dsn)
    async with open_poster(far_dsn) as poster, open_ledger(dsn) as ledger:
        await granted(poster)
        await poster.post([cached_card()])
        way_to_postgres.leave_half_open()  # it answered just now, so nobody asks whether it lives
        [charged] = await poster.post([cached_card()])
        assert isinstance(charged, Entry)
        assert charged.balance == Balance(pack_credits=998)
        assert (await ledger.verify()).passed


async def test_wherever_an_answer_is_cut_everything_is_done_once(
    dsn: str, way_to_postgres: FaultProxy, rng: random.Random
) -> None:
    far_dsn = make_conninfo(through(way_to_postgres, dsn), sslmode="disable")
    async with open_poster(far_dsn) as poster, open_ledger(dsn) as ledger:
        await granted(poster)
        left = 1_000
        for _ in range(LOSSES):
            held = Reserve(Charge(str(uuid4()), "acct", ChargeKind.GENERATION, ""), MIN_HOLD)
            batch: list[Posting] = [cached_card(), held, cached_card(), Release(held.charge_id)]
            way_to_postgres.cut_in_answer(rng.randrange(ANSWERS_BYTES))
            outcomes = await poster.post(batch)
            way_to_postgres.heal()
            left -= 2
            entries = [each for each in outcomes if isinstance(each, Entry)]
            assert [each.charge_id for each in entries] == [each.charge_id for each in batch]
            assert entries[-1].balance == Balance(pack_credits=left)
        assert (await ledger.standing("acct")).balance == Balance(pack_credits=left)
        assert (await ledger.verify()).passed


async def test_a_replica_that_stops_amid_a_batch_holds_up_the_others_for_a_moment(dsn: str) -> None:
    async with (
        open_poster(dsn) as poster,
        open_fast_pool(dsn, max_connections=1, settings=SETTINGS) as others,
    ):
        await granted(poster)
        async with others.connection() as stopped:
            await stopped.execute("BEGIN")
            await stopped.fetch("SELECT FROM billing.balances FOR UPDATE")
            [charged] = await poster.post([cached_card()])
        assert isinstance(charged, Entry)
