"""What is wrong with a page's tags and pictures, for whom, and what to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from og_edge.link_previews.cards import LinkCard
from og_edge.link_previews.inspection import InspectedPage, Inspection
from og_edge.link_previews.platforms import PLATFORMS, Platform


class Severity(IntEnum):
    """The lowest comes first."""

    BAD = 0
    """A card, or its picture, is missing somewhere."""
    WARNING = 1
    """A card is worse than it could be, or may be at times."""
    HINT = 2
    """It could be a little better."""


@dataclass(frozen=True)
class Finding:
    """Something to change; `platforms` are those that it concerns, all of them where it says so."""

    severity: Severity
    title: str
    advice: str
    platforms: Sequence[Platform] = PLATFORMS

    @property
    def concerns_all(self) -> bool:
        """Whether no platform is left out."""
        return len(self.platforms) == len(PLATFORMS)


@dataclass(frozen=True)
class Case:
    """A page that came, and the card that each platform makes of it."""

    inspection: Inspection
    page: InspectedPage
    cards: Sequence[LinkCard]

    def platforms(self, test: Callable[[Platform], bool]) -> list[Platform]:
        """List the platforms of which something is true."""
        return [card.platform for card in self.cards if test(card.platform)]


Check: TypeAlias = Callable[[Case], Iterator[Finding]]


def judge(case: Case, checks: Sequence[Check]) -> list[Finding]:
    """List what is to be changed, what costs most first."""
    found = [finding for check in checks for finding in check(case)]
    return sorted(found, key=lambda it: (it.severity, -len(it.platforms)))
