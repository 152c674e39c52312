"""Answers that are written while they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def begun(parts: AsyncIterator[T]) -> AsyncIterator[T]:
    """Wait for the first part, so that what fails before it raises here; give all of them.

    What the parts hold from their first line on is let go whether or not anybody reads them.
    """
    first = await anext(parts)
    return _from(first, parts)


async def _from(first: T, parts: AsyncIterator[T]) -> AsyncIterator[T]:
    yield first
    async for part in parts:
        yield part
