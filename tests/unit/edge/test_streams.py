from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from og_edge.streams import begun
from tests.support.waiting import eventually


class Source:
    """Parts that fail where a test says so."""

    def __init__(self, failing_at: int = -1) -> None:
        self.failing_at = failing_at
        self.held = 0

    async def parts(self) -> AsyncIterator[int]:
        self.held += 1
        try:
            for number in range(3):
                if number == self.failing_at:
                    raise LookupError(number)
                yield number
        finally:
            self.held -= 1


async def test_all_parts_are_given_and_what_they_hold_is_held_from_the_start() -> None:
    source = Source()
    parts = await begun(source.parts())
    assert source.held == 1
    assert [each async for each in parts] == [0, 1, 2]
    assert source.held == 0


async def test_what_fails_first_fails_before_anything_is_answered() -> None:
    source = Source(failing_at=0)
    with pytest.raises(LookupError):
        await begun(source.parts())
    assert source.held == 0


async def test_what_nobody_reads_is_let_go() -> None:
    source = Source()
    await begun(source.parts())
    await eventually(lambda: source.held == 0)
