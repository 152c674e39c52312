"""What was answered on the way to a page or picture, for those who want to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_HEADERS: Final = 16
MAX_HEADER_CHARS: Final = 512

NOTED_HEADERS: Final = frozenset(
    {
        "age",
        "cache-control",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "etag",
        "last-modified",
        "link",
        "location",
        "retry-after",
        "server",
        "vary",
        "x-robots-tag",
    }
)
"""Those that matter to previews; no cookies, no tokens."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and the head of its answer; names of headers are in lower case."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    latency_s: float


@dataclass(slots=True)
class Trail:
    """The hops of one fetch; as many as its redirects and one, at most."""

    hops: list[Hop] = field(default_factory=list)

    def note(self, url: str, status: int, headers: Mapping[str, str], latency_s: float) -> None:
        """Note an answer."""
        noted = [
            (name.lower(), value[:MAX_HEADER_CHARS])
            for name, value in headers.items()
            if name.lower() in NOTED_HEADERS
        ]
        self.hops.append(Hop(url, status, tuple(noted[:MAX_HEADERS]), latency_s))
