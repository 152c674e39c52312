from __future__ import annotations

import asyncio

from og_service.expiry import Expiry

AFTER_S = 0.05


async def test_what_is_not_forgotten_expires_in_the_order_it_came() -> None:
    expired: list[int] = []
    all_expired = asyncio.Event()

    def expire(number: int) -> None:
        expired.append(number)
        if number == 9:
            all_expired.set()

    expiry = Expiry(AFTER_S, expire)
    began = asyncio.get_running_loop().time()
    for number in range(10):
        expiry.watch(number)
    for number in (0, 3, 8):
        expiry.forget(number)
    expiry.forget(3)
    await all_expired.wait()
    assert expired == [1, 2, 4, 5, 6, 7, 9]
    assert asyncio.get_running_loop().time() - began >= AFTER_S


async def test_what_comes_after_all_others_expired_is_watched_too() -> None:
    expired: asyncio.Queue[str] = asyncio.Queue()
    expiry = Expiry(AFTER_S, expired.put_nowait)
    for each in ("a", "b"):
        expiry.watch(each)
        assert await expired.get() == each


def test_another_event_loop_starts_with_nothing() -> None:
    expired: list[str] = []
    expiry = Expiry(AFTER_S, expired.append)

    async def watch(each: str) -> None:
        expiry.watch(each)

    async def watch_and_wait(each: str) -> None:
        expiry.watch(each)
        async with asyncio.timeout(10):
            while not expired:  # noqa: ASYNC110 - told by a timer of this loop
                await asyncio.sleep(AFTER_S)

    asyncio.run(watch("of a loop that is gone"))
    asyncio.run(watch_and_wait("here"))
    assert expired == ["here"]
