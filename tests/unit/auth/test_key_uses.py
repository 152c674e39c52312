from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from og_auth.errors import StoreUnavailableError
from og_auth.key_uses import MAX_KEYS_A_MINUTE, MAX_KEYS_A_WRITE, KeyUses
from tests.support.waiting import eventually


@dataclass
class Kept:
    """Remembers what was written, and is away when told."""

    writes: list[list[str]] = field(default_factory=list)
    is_away: bool = False
    tries: int = 0

    async def set_last_use(self, api_key_ids: Sequence[str]) -> None:
        self.tries += 1
        if self.is_away:
            raise StoreUnavailableError
        self.writes.append(list(api_key_ids))

    @property
    def keys(self) -> Counter[str]:
        return Counter(key for keys in self.writes for key in keys)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now_s: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


async def test_a_busy_key_is_written_once_a_minute() -> None:
    kept, clock = Kept(), Clock()
    uses = KeyUses(kept, clock)
    for _ in range(3):
        for _ in range(1_000):
            uses.note(["busy"])
        uses.note(["idle"])
        await uses.write()
    assert kept.writes == [["busy", "idle"]]
    clock.now_s += 60
    uses.note(["busy"])
    await uses.write()
    await uses.write()
    assert kept.writes == [["busy", "idle"], ["busy"]]


async def test_what_the_store_refused_is_written_later() -> None:
    kept, clock = Kept(is_away=True), Clock()
    uses = KeyUses(kept, clock)
    async with uses.writing(interval_s=0.001):
        uses.note(["used"])
        await eventually(lambda: kept.tries >= 3)
        clock.now_s += 60
        kept.is_away = False
        await eventually(lambda: kept.writes)
    assert kept.writes == [["used"]]


async def test_what_is_left_is_written_at_the_end() -> None:
    kept = Kept()
    uses = KeyUses(kept)
    async with uses.writing(interval_s=3_600):
        uses.note(["last"])
        await asyncio.sleep(0)
    assert kept.writes == [["last"]]


async def test_many_keys_are_bounded_and_written_in_parts() -> None:
    kept, clock = Kept(), Clock()
    uses = KeyUses(kept, clock)
    for n in range(MAX_KEYS_A_MINUTE + 10):
        uses.note([f"key{n}"])
    await uses.write()
    assert kept.keys.total() == len(kept.keys) == MAX_KEYS_A_MINUTE
    assert {len(keys) for keys in kept.writes} == {MAX_KEYS_A_WRITE}


async def test_nothing_grows_while_the_store_is_away() -> None:
    kept, clock = Kept(is_away=True), Clock()
    uses = KeyUses(kept, clock)
    for turn in range(3):
        for n in range(MAX_KEYS_A_MINUTE):
            uses.note([f"key{turn}-{n}"])
        clock.now_s += 60
    kept.is_away = False
    await uses.write()
    assert kept.keys.total() == MAX_KEYS_A_MINUTE
