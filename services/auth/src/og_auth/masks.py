"""Which fields of a thing a request wants to set."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from og_service.errors import InvalidRequestError


def checked_mask(paths: Iterable[str], fields: Collection[str]) -> frozenset[str]:
    """Give the fields that a mask names; InvalidRequestError where it names none, or no such."""
    named = frozenset(paths)
    if not named or not named <= set(fields):
        raise InvalidRequestError("update_mask", f"Name at least one of {', '.join(fields)}.")
    return named
