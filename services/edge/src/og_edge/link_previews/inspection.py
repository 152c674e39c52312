"""What a page has for link previews; the contract of InspectPage says more of each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from og_urls.page_url import resolve_url


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


class PageKind(Enum):
    """Whether it is the page, or what stands in its place."""

    CONTENT = "content"
    CHALLENGE = "challenge"
    LOGIN = "login"
    NOT_FOUND = "not found"
    EMPTY_SHELL = "empty shell"


@dataclass(frozen=True)
class Hop:
    """One request and the head of its answer; `headers` by names in lower case."""

    url: str
    status: int
    headers: Sequence[tuple[str, str]]
    latency_s: float

    def header(self, name: str) -> str:
        """Give a header, "" where it is not among those that were told."""
        return next((value for each, value in self.headers if each == name), "")


@dataclass(frozen=True)
class PageTag:
    """A tag as it stands. `name` is in lower case, "" for the title."""

    element: str
    attribute: str
    name: str
    value: str
    detail: str = ""
    start_byte: int = 0
    is_in_body: bool = False


@dataclass(frozen=True)
class InspectedPage:
    """A page as it came."""

    tags: Sequence[PageTag]
    base_url: str
    sent_bytes: int = 0
    html_bytes: int = 0
    is_cut: bool = False
    latency_s: float = 0.0
    language: str = ""
    header_charset: str = ""
    markup_charset: str = ""
    charset: str = ""
    kind: PageKind = PageKind.CONTENT
    kind_reason: str = ""

    def all(self, *names: str) -> list[PageTag]:
        """Give the tags of these names that are not empty, in order of appearance."""
        return [tag for tag in self.tags if tag.name in names and tag.value]

    def first(self, *names: str) -> PageTag | None:
        """Give the first tag of the first of these names that the page has; "" is the title."""
        return next((tag for name in names for tag in self.all(name)), None)

    def text(self, *names: str) -> str:
        """Give what that tag says, its white space folded; "" for none."""
        tag = self.first(*names)
        return " ".join(tag.value.split()) if tag else ""

    def resolved(self, tag: PageTag) -> str:
        """Give the absolute URL that a tag names; "" where it is none."""
        return resolve_url(tag.value, self.base_url) or ""


@dataclass(frozen=True)
class InspectedPicture:
    """A picture that previews would take; sizes are 0 where they are not known."""

    url: str
    outcome: PictureOutcome
    hops: Sequence[Hop] = ()
    size_bytes: int = 0
    format: str = ""
    width_px: int = 0
    height_px: int = 0
    latency_s: float = 0.0
    preview_webp: bytes = b""

    @property
    def is_there(self) -> bool:
        """Whether it came and is a picture."""
        return self.outcome is PictureOutcome.FETCHED

    @property
    def content_type(self) -> str:
        """What its server says that it is."""
        return self.hops[-1].header("content-type") if self.hops else ""


@dataclass(frozen=True)
class RobotsTxt:
    """A host's robots.txt; status 0 where nothing answered."""

    status: int = 0
    text: str = ""


@dataclass(frozen=True)
class Inspection:
    """All that was seen of a page."""

    outcome: PageOutcome
    hops: Sequence[Hop] = ()
    page: InspectedPage | None = None
    pictures: Sequence[InspectedPicture] = ()
    robots: RobotsTxt = RobotsTxt()

    @property
    def final_url(self) -> str:
        """Where the way ended; "" where nothing answered."""
        return self.hops[-1].url if self.hops else ""

    def picture(self, url: str) -> InspectedPicture | None:
        """Give a picture that was looked at."""
        return next((each for each in self.pictures if each.url == url), None)


class Inspector(Protocol):
    """Has pages looked at."""

    async def inspect(self, url: str, user_agent: str, timeout_s: float) -> Inspection:
        """Look at a page as a crawler with that user agent would, "" for ourselves.

        Raises RemoteError: URL_NOT_ALLOWED, EXTRACT_QUEUE_FULL.
        """
