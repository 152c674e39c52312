"""Two processes on one database: what one is told holds for the other at once."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import grpc
import pytest

from og.auth.v1 import auth_pb2
from og_service.channels import open_channel
from og_service.status import from_rpc_error
from tests.integration.auth.programs import TOKEN, running
from tests.integration.auth.world import Key, World, by_key, decision
from tests.support.waiting import eventually

PLENTY = 1_000_000
EFFECTIVE_S = 2.0
"""After so long nothing may be allowed that another process ended."""
MORE_S = 0.5
CALLERS = 4
ROUNDS = 25


@pytest.fixture(scope="module")
async def replicas(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, World]]:
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
    logs = tmp_path_factory.mktemp("replicas")
    async with AsyncExitStack() as stack:
        worlds = []
        for name in ("one", "other"):
            address = stack.enter_context(running(environment, logs / name))
            worlds.append(World(await stack.enter_async_context(open_channel(address, TOKEN))))
        yield worlds[0], worlds[1]


End = Callable[[World, Key], Awaitable[object]]


async def revoke(world: World, key: Key) -> None:
    await world.revoke(key.api_key_id)


async def rotate(world: World, key: Key) -> None:
    await world.rotate(key.api_key_id)


async def expire(world: World, key: Key) -> None:
    request = auth_pb2.UpdateApiKeyRequest(api_key_id=key.api_key_id)
    request.update_mask.paths.append("expire_time")
    request.expire_time.GetCurrentTime()
    request.expire_time.seconds += 1
    await world.accounts.UpdateApiKey(request, timeout=10)
    await asyncio.sleep(request.expire_time.ToNanoseconds() / 1e9 - time.time())


async def suspend_key(world: World, key: Key) -> None:
    await world.suspend(api_key_id=key.api_key_id)


async def suspend_account(world: World, key: Key) -> None:
    await world.suspend(account_id=key.account_id)


@pytest.mark.parametrize(
    ("end", "denial"),
    [
        (revoke, "INVALID_API_KEY"),
        (rotate, "INVALID_API_KEY"),
        (expire, "INVALID_API_KEY"),
        (suspend_key, "SUSPENDED"),
        (suspend_account, "SUSPENDED"),
    ],
)
async def test_what_one_process_ends_the_other_denies_under_steady_calls(
    replicas: tuple[World, World], end: End, denial: str
) -> None:
    one, other = replicas
    key = await one.key(await one.account(rate_limit=PLENTY))
    ended, stop = asyncio.Event(), asyncio.Event()
    before: Counter[str] = Counter()
    after: list[tuple[float, str]] = []

    async def call_steadily() -> None:
        while not stop.is_set():
            was_ended, asked = ended.is_set(), time.monotonic()
            outcome = decision(await other.authorize(by_key(key.secret)))
            if was_ended:
                after.append((asked, outcome))
            else:
                before[outcome] += 1

    async with asyncio.timeout(60), asyncio.TaskGroup() as callers:
        for _ in range(CALLERS):
            callers.create_task(call_steadily())
        await eventually(lambda: before.total() >= 50)
        await end(one, key)
        ended.set()
        since = time.monotonic()
        await eventually(lambda: after and after[-1][0] > since + EFFECTIVE_S + MORE_S)
        stop.set()
    assert before["ALLOWED"] >= 50
    late = Counter(outcome for asked, outcome in after if asked > since + EFFECTIVE_S)
    # Failed attempts have a limit of their own, but each call comes from a new address.
    assert late == {denial: late.total()}
    assert late.total() > 0


async def together(calls: Sequence[Awaitable[object]]) -> Counter[str]:
    """Make calls at the same time, and count how they went."""
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    found: Counter[str] = Counter()
    for outcome in outcomes:
        if isinstance(outcome, grpc.aio.AioRpcError):
            found[from_rpc_error(outcome).reason] += 1
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            found["OK"] += 1
    return found


@pytest.mark.parametrize("revoked", [0, 3])
async def test_twenty_at_once_over_two_processes_make_the_hundredth_key_and_no_other(
    replicas: tuple[World, World], revoked: int
) -> None:
    account_id = await replicas[0].account()
    keys = [await replicas[n % 2].key(account_id) for n in range(99)]
    for key in keys[:revoked]:
        await replicas[0].revoke(key.api_key_id)
    outcomes = await together([replicas[n % 2].key(account_id) for n in range(20)])
    assert outcomes == {"OK": 1 + revoked, "TOO_MANY_API_KEYS": 19 - revoked}
    assert len(await replicas[0].keys(account_id)) == 100


async def test_of_many_rotations_at_once_without_overlap_one_succeeds(
    replicas: tuple[World, World],
) -> None:
    account_id = await replicas[0].account()
    key = await replicas[0].key(account_id)
    outcomes = await together([replicas[n % 2].rotate(key.api_key_id) for n in range(20)])
    assert outcomes == {"OK": 1, "API_KEY_NOT_USABLE": 19}
    assert len(await replicas[1].keys(account_id)) == 2


async def test_a_revocation_that_meets_a_rotation_still_revokes(
    replicas: tuple[World, World],
) -> None:
    one, other = replicas
    account_id = await one.account(rate_limit=PLENTY)
    seen: Counter[str] = Counter()
    for n in range(ROUNDS):
        old = await one.key(account_id)
        # Who begins alternates, so that both may win.
        calls: list[Awaitable[object]] = [
            one.rotate(old.api_key_id, timedelta(hours=1)),
            other.revoke(old.api_key_id),
        ]
        rotated, revoked = (
            await asyncio.gather(*calls, return_exceptions=True)
            if n % 2
            else reversed(await asyncio.gather(*calls[::-1], return_exceptions=True))
        )
        assert isinstance(revoked, auth_pb2.ApiKey)
        assert revoked.HasField("revoke_time")
        assert decision(await one.authorize(by_key(old.secret))) == "INVALID_API_KEY"
        if isinstance(rotated, auth_pb2.RotateApiKeyResponse):
            seen["rotated"] += 1
            assert decision(await other.authorize(by_key(rotated.secret))) == "ALLOWED"
            await one.revoke(rotated.api_key.api_key_id)
        else:
            seen["refused"] += 1
            assert isinstance(rotated, grpc.aio.AioRpcError)
            assert from_rpc_error(rotated).reason == "API_KEY_NOT_USABLE"
    print(dict(seen))  # noqa: T201 - pytest shows it where a test fails
    assert seen.total() == ROUNDS
    assert all(key.HasField("revoke_time") for key in await one.keys(account_id))


async def test_a_key_used_at_both_while_it_is_changed_is_never_failed(
    replicas: tuple[World, World],
) -> None:
    account_id = await replicas[0].account(rate_limit=PLENTY)
    key = await replicas[0].key(account_id)

    async def rename(n: int) -> auth_pb2.UpdateApiKeyResponse:
        request = auth_pb2.UpdateApiKeyRequest(api_key_id=key.api_key_id, display_name=f"n{n}")
        request.update_mask.paths.append("display_name")
        return await replicas[n % 2].accounts.UpdateApiKey(request, timeout=10)

    async def use(n: int) -> str:
        return decision(await replicas[n % 2].authorize(by_key(key.secret)))

    used, renamed = await asyncio.gather(
        asyncio.gather(*(use(n) for n in range(200))),
        asyncio.gather(*(rename(n) for n in range(40))),
    )
    assert set(used) == {"ALLOWED"}
    assert len(renamed) == 40
