from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from og_extract.fetch.http_dates import parse_http_date
from og_urls import PageUrl

MAX_VALIDATOR_CHARS = 1_024
MAX_CONTENT_TYPE_CHARS = 256
MAX_CODINGS_CHARS = 64
MAX_AGE_DIGITS = 10
SETTLED_AFTER = dt.timedelta(seconds=60)
"""A page that changed more recently may change again within the second that a date names."""


REFUSALS = frozenset({403, 405, 429, 503})
"""With these, sites also answer that ask for a proof that nobody is a robot."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with a status of 2xx, or a refusal where that was wanted."""

    url: PageUrl
    """Where it was found, after redirects."""
    redirects: int
    """How many of them."""
    content_type: str
    content_encoding: str
    body: bytes
    """As sent: still encoded, perhaps cut."""
    status: int = 200
    is_partial: bool = False
    """The deadline cut it, or its server did not send it to its end."""
    etag: str = ""
    last_modified: str = ""
    may_be_kept: bool = True
    max_age_s: float = math.inf
    """How long its server lets it be used unasked, where it says so."""

    @property
    def is_refusal(self) -> bool:
        """Whether the body says why there is no page."""
        return self.status in REFUSALS

    @property
    def conditions(self) -> dict[str, str]:
        """The header that asks for it only if it changed (RFC 9110, section 13.1)."""
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.last_modified} if self.last_modified else {}

    def confirmed(self, headers: Mapping[str, str], redirects: int) -> Self:
        """Give the same as of now: its server answered with these headers and status 304."""
        return replace(
            self,
            redirects=redirects,
            etag=_validator(headers, "etag") or self.etag,
            last_modified=_last_modified(headers) or self.last_modified,
            may_be_kept=_may_be_kept(headers),
            max_age_s=_max_age_s(headers),
        )


def make_answer(
    url: PageUrl,
    redirects: int,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    is_partial: bool,
) -> Fetched:
    """Put together what a server sent; names of headers are in lower case."""
    return Fetched(
        url=url,
        redirects=redirects,
        content_type=headers.get("content-type", "")[:MAX_CONTENT_TYPE_CHARS],
        content_encoding=headers.get("content-encoding", "")[:MAX_CODINGS_CHARS],
        body=body,
        status=status,
        is_partial=is_partial,
        etag=_validator(headers, "etag"),
        last_modified=_last_modified(headers),
        may_be_kept=_may_be_kept(headers) and not is_partial and status not in REFUSALS,
        max_age_s=_max_age_s(headers),
    )


def _may_be_kept(headers: Mapping[str, str]) -> bool:
    """Tell whether an answer may be used again (RFC 9111, sections 5.2.2.5 and 4.1).

    Every request of ours has the same headers and no credentials, so of Vary only * matters, and
    whom an answer is private to is always us.
    """
    return "no-store" not in _words(headers, "cache-control") and "*" not in _words(headers, "vary")


def _max_age_s(headers: Mapping[str, str]) -> float:
    """Read no-cache, max-age and Expires (RFC 9111, sections 5.2.2 and 5.3)."""
    words = _words(headers, "cache-control")
    ages = [word.removeprefix("max-age=") for word in words if word.startswith("max-age=")]
    seconds = [int(age) for age in ages if _is_number(age)]
    if "no-cache" in words:
        return 0
    if seconds or "expires" not in headers:
        return min(seconds, default=math.inf)
    end, sent = parse_http_date(headers["expires"]), parse_http_date(headers.get("date", ""))
    return 0 if end is None or sent is None else max((end - sent).total_seconds(), 0)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_AGE_DIGITS


def _words(headers: Mapping[str, str], name: str) -> set[str]:
    return {word.strip().lower() for word in headers.get(name, "").split(",")}


def _validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    is_fit = len(value) <= MAX_VALIDATOR_CHARS and value.isascii() and value.isprintable()
    return value if is_fit else ""


def _last_modified(headers: Mapping[str, str]) -> str:
    """Take the date where it tells one state of a page from the next (section 8.8.2.2)."""
    changed = parse_http_date(headers.get("last-modified", ""))
    sent = parse_http_date(headers.get("date", ""))
    if changed is None or sent is None or sent - changed < SETTLED_AFTER:
        return ""
    return _validator(headers, "last-modified")
