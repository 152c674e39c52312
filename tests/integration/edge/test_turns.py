from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator

import pytest

from og_edge.ask import Landed
from og_edge.billing import FREE
from og_edge.cards import Card
from og_edge.chores import Chores
from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.errors import ApiError, InsufficientCreditsError, InternalError, PageUnreachableError
from og_edge.lease_store import PostgresLeases
from og_edge.leases import Lease, Standing
from og_edge.lookout import Lookout
from og_edge.turns import Turns
from og_service.background import running
from og_service.fast_pool import open_fast_pool
from og_service.postgres import POOL_MAX_CONNECTIONS

LONG_S = 30.0


@pytest.fixture
async def turns(dsn: str) -> AsyncIterator[Turns]:
    async with open_fast_pool(dsn, max_connections=POOL_MAX_CONNECTIONS) as fast_pool:
        leases, chores = PostgresLeases(fast_pool), Chores()
        lookout = Lookout(leases)
        async with running(lookout.keep_looking):
            yield Turns(leases, lookout, chores)
            await chores.finish()


class Player:
    """Draws once it may, and then fails if it is to."""

    failures_after: int | None = None

    def __init__(self, key: str, error: Exception | None = None) -> None:
        card = Card(key, "acct_1", "name", "digest", 1, "id", settled=True)
        self.landed = Landed(card, b"", hit=True, receipt=FREE)
        self.error = error
        self.draws = asyncio.Event()
        self.may_end = asyncio.Event()

    async def found(self, standing: Standing) -> Landed | None:
        del standing
        return None

    async def draw(self, lease: Lease, standing: Standing, *, begun_before: bool) -> Landed:
        del lease, standing, begun_before
        self.draws.set()
        await self.may_end.wait()
        if self.error:
            raise self.error
        return self.landed


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PageUnreachableError("It is away."), PageUnreachableError),
        (TimeoutError("the object store took over 3 s"), InternalError),
        (ValueError("a fault of ours"), InternalError),
        (OutOfTimeError(), None),
        (InsufficientCreditsError("You have 0 credits."), None),
    ],
)
async def test_what_would_fail_for_all_is_told_to_all_and_the_rest_to_who_drew(
    turns: Turns, error: Exception, told: type[ApiError] | None
) -> None:
    key = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    first, second = Player(key, error), Player(key)
    drawing = asyncio.create_task(turns.take(key, first, Deadline.after(LONG_S)))
    await first.draws.wait()
    waiting = asyncio.create_task(turns.take(key, second, Deadline.after(LONG_S)))
    await asyncio.wait({waiting}, timeout=0.1)  # for it to wait: if it does not, it draws
    second.may_end.set()
    first.may_end.set()
    with pytest.raises(type(error)):
        await drawing
    if told:
        with pytest.raises(told):
            await waiting
    else:
        assert await waiting == second.landed
    assert second.draws.is_set() == (told is None)


async def test_who_waits_in_vain_is_out_of_time(turns: Turns) -> None:
    key = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    first = Player(key)
    drawing = asyncio.create_task(turns.take(key, first, Deadline.after(LONG_S)))
    await first.draws.wait()
    with pytest.raises(OutOfTimeError):
        await turns.take(key, Player(key), Deadline.after(0.1))
    first.may_end.set()
    assert await drawing == first.landed
