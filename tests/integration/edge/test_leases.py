from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import psycopg

from og_edge.errors import ApiError, InternalError, PageUnreachableError
from og_edge.failures import public_failure
from og_edge.lease_store import PostgresLeases, open_leases
from og_edge.leases import LEASE_S, Claim, Lease, Standing
from tests.integration.edge.leasing import claimed, some_key, standing
from tests.support.fault_proxy import FaultProxy
from tests.support.stores import through

RIVALS = 20
BUSY_S = 2.0
"""What a busy machine may take besides."""
UNREACHABLE = PageUnreachableError("The page's server did not answer.", retry_after_s=7)


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


async def test_a_server_that_fell_silent_is_given_up_before_a_lease_is_over(
    dsn: str, way_to_postgres: FaultProxy
) -> None:
    async with open_leases(through(way_to_postgres, dsn)) as leases:
        await asyncio.gather(*(leases.claim(some_key()) for _ in range(RIVALS)))
        way_to_postgres.leave_half_open()  # a moment after all answered
        async with asyncio.timeout(LEASE_S + BUSY_S):
            claims = [leases.claim(some_key()) for _ in range(RIVALS)]
            for claim in await asyncio.gather(*claims, return_exceptions=True):
                # Those fail whose connection was believed, as on a fast machine all are.
                assert isinstance(claim, Claim | psycopg.OperationalError)
            assert (await leases.claim(some_key())).lease
