from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from og_edge.cards import Card, Generation
from og_edge.errors import ApiError, InternalError, PageUnreachableError
from og_edge.failures import public_failure
from og_edge.lease_store import PostgresLeases, listen, open_leases
from og_edge.leases import LEASE_S, Claim, Lease, LeaseLostError, Standing
from og_edge.lookout import Lookout
from og_edge.store import PostgresCardStore
from og_service.background import running
from og_service.fast_pool import FastPool, UniqueViolationError
from og_stack.ports import LOOPBACK
from og_stack.postgres import EmbeddedPostgres
from tests.support.fault_proxy import FaultProxy

RIVALS = 20
LONG_S = 30.0
BUSY_S = 2.0
"""What a busy machine may take besides."""
UNREACHABLE = PageUnreachableError("The page's server did not answer.", retry_after_s=7)


@pytest.fixture
def leases(fast_pool: FastPool) -> PostgresLeases:
    return PostgresLeases(fast_pool)


@pytest.fixture
def store(fast_pool: FastPool) -> PostgresCardStore:
    return PostgresCardStore(fast_pool)


@pytest.fixture
def let_expire(dsn: str, admin_of: Callable[[str], str]) -> Callable[[Lease], None]:
    def expire(lease: Lease) -> None:
        with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
            connection.execute(
                "UPDATE edge.drawings SET expire_time = now() WHERE key = %s", (lease.key,)
            )

    return expire


def some_key() -> str:
    return hashlib.sha256(uuid.uuid4().bytes).hexdigest()


def a_card(key: str) -> Card:
    name = f"{uuid.uuid4()}.png"
    return Card(key, "acct_1", name, "digest", 1, str(uuid.uuid4()), settled=True)


def a_line(card: Card) -> Generation:
    url = "https://example.com/"
    return Generation(str(uuid.uuid4()), "acct_1", card.key, url, "t", {}, {}, (), 10)


async def claimed(leases: PostgresLeases, key: str) -> Lease:
    lease = (await leases.claim(key)).lease
    assert lease
    return lease


async def standing(leases: PostgresLeases, key: str) -> Standing:
    [found] = await leases.standings([key])
    return found


async def test_one_of_many_gets_the_lease(leases: PostgresLeases) -> None:
    key = some_key()
    claims = await asyncio.gather(*(leases.claim(key) for _ in range(RIVALS)))
    [lease] = [claim.lease for claim in claims if claim.lease]
    assert {claim.standing.epoch for claim in claims} == {lease.epoch}
    assert all(claim.standing.is_held for claim in claims)


async def test_each_claim_of_a_key_has_a_higher_number(leases: PostgresLeases) -> None:
    key, epochs = some_key(), []
    for _ in range(3):
        lease = await claimed(leases, key)
        await leases.release(lease, None)
        epochs.append(lease.epoch)
    assert epochs == sorted(set(epochs))


async def test_one_of_many_takes_over_from_who_died(
    leases: PostgresLeases, let_expire: Callable[[Lease], None]
) -> None:
    key = some_key()
    dead = await claimed(leases, key)
    let_expire(dead)
    assert not (await standing(leases, key)).is_held
    claims = await asyncio.gather(*(leases.claim(key) for _ in range(RIVALS)))
    [lease] = [claim.lease for claim in claims if claim.lease]
    assert lease.epoch > dead.epoch


async def test_a_lease_that_is_renewed_is_kept(
    leases: PostgresLeases, let_expire: Callable[[Lease], None]
) -> None:
    lease, other = await claimed(leases, some_key()), await claimed(leases, some_key())
    let_expire(lease)
    await leases.renew([other, lease])
    assert (await leases.claim(lease.key)).lease is None


async def test_what_was_lost_or_given_up_is_not_renewed(
    leases: PostgresLeases, let_expire: Callable[[Lease], None]
) -> None:
    lost = await claimed(leases, some_key())
    let_expire(lost)
    taken_over = await claimed(leases, lost.key)
    let_expire(taken_over)
    given_up = await claimed(leases, some_key())
    await leases.release(given_up, None)
    await leases.renew([lost, given_up])
    assert not (await standing(leases, lost.key)).is_held
    assert not (await standing(leases, given_up.key)).is_held


async def test_who_was_paused_while_another_took_over_publishes_nothing(
    leases: PostgresLeases, store: PostgresCardStore, let_expire: Callable[[Lease], None]
) -> None:
    paused = await claimed(leases, some_key())
    let_expire(paused)
    awake = await claimed(leases, paused.key)
    old, new = a_card(paused.key), a_card(paused.key)
    for _ in range(2):  # before and after the other one has published
        with pytest.raises(LeaseLostError):
            await store.publish(old, a_line(old), paused, read_anew=True)
        if await store.find(new.key) is None:
            await store.publish(new, a_line(new), awake, read_anew=True)
    assert await store.find(new.key) == new


async def test_who_was_paused_while_nobody_came_publishes(
    leases: PostgresLeases, store: PostgresCardStore, let_expire: Callable[[Lease], None]
) -> None:
    lease = await claimed(leases, some_key())
    let_expire(lease)
    card = a_card(lease.key)
    await store.publish(card, a_line(card), lease, read_anew=True)
    assert await store.find(card.key) == card


async def test_a_lease_publishes_once(leases: PostgresLeases, store: PostgresCardStore) -> None:
    lease = await claimed(leases, some_key())
    cards = [a_card(lease.key) for _ in range(RIVALS)]
    outcomes = await asyncio.gather(
        *(store.publish(card, a_line(card), lease, read_anew=True) for card in cards),
        return_exceptions=True,
    )
    assert sorted(map(repr, outcomes)) == ["LeaseLostError()"] * (RIVALS - 1) + ["None"]
    assert await store.find(lease.key) == cards[outcomes.index(None)]


async def test_what_is_not_published_leaves_the_lease_as_it_was(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    first, lease = await claimed(leases, some_key()), await claimed(leases, some_key())
    line = a_line(a_card(first.key))
    await store.publish(a_card(first.key), line, first, read_anew=True)
    with pytest.raises(UniqueViolationError):
        await store.publish(a_card(lease.key), line, lease, read_anew=True)
    found = await standing(leases, lease.key)
    assert found == Standing(lease.epoch, is_held=True)


async def test_a_publication_tells_whether_its_page_was_read_after_the_claim(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    key = some_key()
    assert await standing(leases, key) == Standing()
    for read_anew in (False, True, False):
        lease = await claimed(leases, key)
        before = await standing(leases, key)
        card = a_card(key)
        await store.publish(card, a_line(card), lease, read_anew=read_anew)
        found = await standing(leases, key)
        assert found.changed
        assert not found.is_held
        assert found.drawn_epoch == (lease.epoch if read_anew else before.drawn_epoch)


async def test_a_failure_is_told_with_the_claim_that_failed(leases: PostgresLeases) -> None:
    failed = await claimed(leases, some_key())
    await leases.release(failed, UNREACHABLE)
    later = await claimed(leases, failed.key)
    await leases.release(later, None)
    found = await standing(leases, failed.key)
    assert found.failed_epoch == failed.epoch
    assert _told(found.failure_after(failed.epoch - 1)) == _told(UNREACHABLE)
    assert found.failure_after(failed.epoch) is None


async def test_what_is_our_own_fault_is_told_without_detail(leases: PostgresLeases) -> None:
    lease = await claimed(leases, some_key())
    await leases.release(lease, public_failure(ValueError("secret")))
    found = (await standing(leases, lease.key)).failure
    assert isinstance(found, InternalError)
    assert "secret" not in found.message
    assert found.retry_after_s == 1


def _told(error: ApiError | None) -> tuple[object, ...]:
    assert error
    return type(error), error.message, error.retry_after_s


async def test_a_deletion_ends_the_lease_and_is_remembered(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    lease = await claimed(leases, some_key())
    assert not await store.delete("acct_1", lease.key)
    found = await standing(leases, lease.key)
    assert found.changed
    assert not found.is_held
    card = a_card(lease.key)
    with pytest.raises(LeaseLostError):
        await store.publish(card, a_line(card), lease, read_anew=True)
    assert await store.find(card.key) is None

    never_drawn = some_key()
    await store.delete("acct_1", never_drawn)
    assert await standing(leases, never_drawn) == Standing(changed=True)


async def test_a_deletion_forgets_a_settled_card_of_the_account_only(
    leases: PostgresLeases, store: PostgresCardStore
) -> None:
    lease = await claimed(leases, some_key())
    card = a_card(lease.key)
    await store.publish(card, a_line(card), lease, read_anew=True)
    assert not await store.delete("acct_2", card.key)
    assert await store.find(card.key) == card
    assert await store.delete("acct_1", card.key)
    assert await store.find(card.key) is None


async def test_what_nobody_used_for_an_hour_is_forgotten(
    leases: PostgresLeases, dsn: str, admin_of: Callable[[str], str]
) -> None:
    await leases.remove_unused(1_000)
    old, new = await claimed(leases, some_key()), await claimed(leases, some_key())
    with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
        connection.execute(
            "UPDATE edge.drawings SET use_time = now() - %s WHERE key = %s",
            (dt.timedelta(hours=1, seconds=1), old.key),
        )
    assert await leases.remove_unused(1_000) == 1
    assert await standing(leases, old.key) == Standing()
    assert (await standing(leases, new.key)).epoch == new.epoch


@asynccontextmanager
async def lookout_over(leases: PostgresLeases, dsn: str | None) -> AsyncIterator[Lookout]:
    lookout = Lookout(leases)
    listening = [lookout.keep_listening(partial(listen, dsn))] if dsn else []
    async with running(lookout.keep_looking(), *listening):
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
                    await store.publish(card, a_line(card), lease, read_anew=True)
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

    async with running(lookout.keep_listening(listen_and_tell)), asyncio.timeout(LONG_S):
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


async def test_a_server_that_fell_silent_is_given_up_before_a_lease_is_over(
    dsn: str, postgres_server: EmbeddedPostgres
) -> None:
    way = FaultProxy("postgres", postgres_server.socket_directory / ".s.PGSQL.5432")
    async with (
        way.listening(),
        open_leases(make_conninfo(dsn, host=LOOPBACK, port=way.port)) as leases,
    ):
        await asyncio.gather(*(leases.claim(some_key()) for _ in range(RIVALS)))
        way.leave_half_open()  # a moment after all answered
        async with asyncio.timeout(LEASE_S + BUSY_S):
            claims = [leases.claim(some_key()) for _ in range(RIVALS)]
            for claim in await asyncio.gather(*claims, return_exceptions=True):
                # Those fail whose connection was believed, as on a fast machine all are.
                assert isinstance(claim, Claim | psycopg.OperationalError)
            assert (await leases.claim(some_key())).lease
