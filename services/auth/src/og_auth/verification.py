"""What a look at a page means for its site: the evidence makes a finding."""

from __future__ import annotations

from enum import Enum, auto


class Verification(Enum):
    """Where a site's verification of one page stands."""

    UNSPECIFIED = auto()
    NOT_NEEDED = auto()
    VERIFIED = auto()
    UNKNOWN = auto()
    REJECTED = auto()


class Evidence(Enum):
    """What looking at a page showed."""

    TAG_FOUND = auto()
    TAG_MISSING = auto()
    PAGE_UNREACHABLE = auto()


def find(evidence: Evidence, *, stayed_on_site: bool) -> Verification:
    """Tell where verification stands after a look; UNSPECIFIED where the page left the site."""
    if evidence is Evidence.PAGE_UNREACHABLE:
        return Verification.UNKNOWN
    if evidence is Evidence.TAG_MISSING:
        return Verification.REJECTED
    return Verification.VERIFIED if stayed_on_site else Verification.UNSPECIFIED
