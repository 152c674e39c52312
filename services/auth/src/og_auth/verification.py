"""What verifies a site's card: a look at its page, and what is remembered of earlier ones.

Pure: evidence, memory and policy make a finding (docs/decisions/0024).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Final

from og_auth.sites import TagPolicy

FRESH_S: Final = 24 * 3600
"""So long a look counts without another one."""
HELD_S: Final = 7 * 24 * 3600
"""So long a look counts where the page cannot be reached since."""


class Verification(IntEnum):
    """Where a site's verification of one page stands."""

    UNSPECIFIED = auto()
    NOT_NEEDED = auto()
    VERIFIED = auto()
    UNKNOWN = auto()
    REJECTED = auto()
    EXISTING_CARDS_ONLY = auto()


GOOD: Final = frozenset({Verification.VERIFIED, Verification.EXISTING_CARDS_ONLY})
"""What a look may find that lets a request pass."""


class Evidence(Enum):
    """What looking at a page showed."""

    TAG_FOUND = auto()
    TAG_MISSING = auto()
    PAGE_UNREACHABLE = auto()
    TAG_DIFFERS = auto()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the last look at a page showed that was verified at least once.

    `state` is VERIFIED, EXISTING_CARDS_ONLY, or REJECTED where it carried no tag any more; then
    the age is that of the last look before. `canonical_url` is where the page said at that look
    that it is known by another URL; then the card of that URL is what was verified.
    """

    state: Verification
    age_s: float
    canonical_url: str = ""

    @property
    def is_alias(self) -> bool:
        """Whether the page stood for another one, so that no card of its own was verified."""
        return self.canonical_url != ""

    def holds(self, for_s: float) -> bool:
        """Tell whether the look was good and is younger than for_s."""
        return self.state in GOOD and self.age_s < for_s


@dataclass(frozen=True, slots=True)
class Look:
    """A look that reached a page, under its site's policy.

    `is_on_site` says whether the page was found on a host of the site's; `card_exists` whether
    the card does that the evidence is about.
    """

    evidence: Evidence
    policy: TagPolicy
    is_on_site: bool
    card_exists: bool


def recall(memory: Memory | None) -> Verification:
    """Tell what holds without a look: UNKNOWN where one is needed."""
    return memory.state if memory and memory.holds(FRESH_S) else Verification.UNKNOWN


def hold(memory: Memory | None) -> Verification:
    """Tell what holds while the page cannot be reached: UNKNOWN where nothing does."""
    return memory.state if memory and memory.holds(HELD_S) else Verification.UNKNOWN


def judge(look: Look, shown: Memory | None) -> Verification:
    """Tell where verification stands after a look: UNSPECIFIED where the page left the site.

    `shown` is what is remembered of the page and card that the evidence is about.
    """
    finding = _of_tags(look, shown)
    if finding is not Verification.REJECTED and not look.is_on_site:
        return Verification.UNSPECIFIED
    return finding


def _of_tags(look: Look, shown: Memory | None) -> Verification:
    if look.evidence is Evidence.TAG_FOUND:
        return Verification.VERIFIED
    if look.evidence is Evidence.TAG_MISSING:
        return Verification.REJECTED
    if look.policy is TagPolicy.ANY:
        return Verification.VERIFIED
    if look.card_exists and shown and not shown.is_alias:
        return Verification.EXISTING_CARDS_ONLY
    return Verification.REJECTED
