"""What came of inspecting a page; see the messages of og.extract.v1 that are named alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from og_extract.fetch.trail import Hop
from og_extract.inspection.tags import TaggedPage


class PageOutcome(Enum):
    """How it went with a page."""

    FETCHED = "fetched"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    TOO_MANY_REDIRECTS = "too many redirects"
    NOT_HTML = "not html"
    TOO_COMPLEX = "too complex"
    PAUSED = "paused"


class PictureOutcome(Enum):
    """How it went with a picture."""

    FETCHED = "fetched"
    URL_NOT_ALLOWED = "url not allowed"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    TOO_MANY_REDIRECTS = "too many redirects"
    TOO_LARGE = "too large"
    NOT_A_PICTURE = "not a picture"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class InspectedPage:
    """A page as it came; `latency_s` is from the first request to the end of the body."""

    tagged: TaggedPage
    sent_bytes: int
    is_cut: bool
    latency_s: float


@dataclass(frozen=True, slots=True)
class InspectedPicture:
    """A picture that previews would take."""

    url: str
    outcome: PictureOutcome
    hops: Sequence[Hop] = ()
    size_bytes: int = 0
    format: str = ""
    width_px: int = 0
    height_px: int = 0
    latency_s: float = 0.0
    preview_webp: bytes = b""


@dataclass(frozen=True, slots=True)
class RobotsTxt:
    """A host's robots.txt; status 0 where nothing answered."""

    status: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """All of it."""

    outcome: PageOutcome
    hops: Sequence[Hop]
    page: InspectedPage | None = None
    pictures: Sequence[InspectedPicture] = ()
    robots: RobotsTxt = RobotsTxt()
