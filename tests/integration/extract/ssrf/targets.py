from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Expected(Enum):
    """What a target must end in, asked for as the page's own URL."""

    TEXT = "refused by its own text"
    NAME = "unreachable, as a name that nobody has"
    REFUSED = "either of the two"
    PUBLIC = "not inside; else anything"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that leads inside, or only looks as if it did."""

    url: str
    expected: Expected
