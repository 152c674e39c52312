"""Cards that are sent in the place of others that cannot be had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

from og_edge.deadline import Deadline
from og_edge.errors import ApiError
from og_edge.options import ImageFormat


class StandInCard(NamedTuple):
    """A picture; `digest` is its SHA-256 in hex."""

    data: bytes
    digest: str
    format: ImageFormat


StandIn: TypeAlias = Callable[[ApiError, Deadline], Awaitable[StandInCard | None]]
"""Finds what stands in for what ended in an error, None where nothing does. It may raise anything.

The deadline is the request's own, which may have passed.
"""
