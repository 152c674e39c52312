"""How who waits for a drawing learns of its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import psycopg
import pytest

from og_edge.errors import PageUnreachableError
from og_edge.lease_store import PostgresLeases, listen
from og_edge.leases import Lease
from og_edge.lookout import Lookout
from og_edge.store import PostgresCardStore
from og_service.background import running
from tests.integration.edge.leasing import a_card, a_generation, claimed, some_key

LONG_S = 30.0
UNREACHABLE = PageUnreachableError("The page's server did not answer.", retry_after_s=7)


@asynccontextmanager
async def lookout_over(leases: PostgresLeases, dsn: str | None) -> AsyncIterator[Lookout]:
    lookout = Lookout(leases)
    listening = [partial(lookout.keep_listening, partial(listen, dsn))] if dsn else []
    async with running(lookout.keep_looking, *listening):
        yield lookout


@pytest.mark.parametrize("is_told", [True, False])
async def test_who_waits_sees_a_lease_end(
    leases: PostgresLeases, store: PostgresCardStore, dsn: str, *, is_told: bool
) -> None:
    async with lookout_over(leases, dsn if is_told else None) as lookout:
        for ending in ("release", "publish", "delete"):
            lease = await claimed(leases, some_key())
            assert (await leases.claim(lease.key)).lease is None  # as everybody who waits has
            waiting = [
                asyncio.create_task(lookout.ended(lease.key, lease.epoch, LONG_S)) for _ in range(3)
            ]
            with pytest.raises(TimeoutError):
                await lookout.ended(lease.key, lease.epoch, 0.01)
            card = a_card(lease.key)
            match ending:
                case "release":
                    await leases.release(lease, UNREACHABLE)
                case "publish":
                    await store.publish(card, a_generation(card), lease, read_anew=True)
                case "delete":
                    await store.delete("acct_1", lease.key)
            for found in await asyncio.gather(*waiting):
                assert not found.is_held
                assert found.changed == (ending != "release")
                assert (found.failure is not None) == (ending == "release")


async def test_who_waits_sees_a_lease_expire_or_taken_over(
    leases: PostgresLeases, let_expire: Callable[[Lease], None]
) -> None:
    async with lookout_over(leases, None) as lookout:
        lease = await claimed(leases, some_key())
        waiting = asyncio.create_task(lookout.ended(lease.key, lease.epoch, LONG_S))
        let_expire(lease)
        assert not (await waiting).is_held
        other = await claimed(leases, lease.key)
        assert (await lookout.ended(lease.key, lease.epoch, LONG_S)).epoch == other.epoch


async def test_news_go_on_after_the_connection_was_lost(
    leases: PostgresLeases, dsn: str, admin_of: Callable[[str], str]
) -> None:
    told = asyncio.Queue[str]()
    started = asyncio.Queue[None]()
    lookout = Lookout(leases)

    async def listen_and_tell(on_start: Callable[[], None], on_key: Callable[[str], None]) -> None:
        del on_start, on_key
        await listen(dsn, lambda: started.put_nowait(None), told.put_nowait)

    async with running(partial(lookout.keep_listening, listen_and_tell)), asyncio.timeout(LONG_S):
        for _ in range(2):
            await started.get()
            lonely, lease = [await claimed(leases, some_key()) for _ in range(2)]
            assert (await leases.claim(lease.key)).lease is None
            await leases.release(lonely, None)  # which nobody is told of
            await leases.release(lease, None)
            assert await told.get() == lease.key
            with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                )
