"""The name of a page's site, as titles hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from og_extract.read.text import letters_of

_SEGMENT_END = re.compile(
    r"\s+[-\u2013\u2014|·•:»«~/]+\s+|\s*[|»_\uff5c\u4e28]\s*|(?<=[\u3000-\u9fff\uff00-\uffef])-"
)
_SEPARATOR = re.compile(r"\s+[-\u2013\u2014|·•:»«~/]+\s+|\s*[|»]\s*|:\s+|\s+::\s+|,\s+")
MIN_NAME_LETTERS = 2


def host_label(host: str) -> str:
    """Return the label that names a site: "example" of www.example.co.uk."""
    labels = host.removeprefix("www.").split(".")
    return max(labels[:-1] or labels, key=len)


def without_site_name(title: str, site_names: Iterable[str]) -> str:
    """Strip a segment at either end that is the site's own name, and only that."""
    known = {letters for name in site_names if len(letters := letters_of(name)) >= MIN_NAME_LETTERS}
    separators = list(_SEPARATOR.finditer(title))
    for found in separators:
        if letters_of(title[: found.start()]) in known and title[found.end() :].strip():
            title = title[found.end() :]
            break
    for found in reversed(list(_SEPARATOR.finditer(title))):
        if letters_of(title[found.end() :]) in known and title[: found.start()].strip():
            return title[: found.start()].strip()
    return title.strip()


def segments_of(title: str) -> list[str]:
    """Split a title where pages put the names of section and site, at least into itself."""
    return [segment for segment in _SEGMENT_END.split(title) if segment.strip()] or [title]


def segment_like_host(title: str, host: str) -> str | None:
    """Return the end of a title that spells the host's name, for it is how a site writes it."""
    name = letters_of(host_label(host))
    ends = [title[: found.start()] for found in _SEPARATOR.finditer(title)][:1]
    ends += [title[found.end() :] for found in _SEPARATOR.finditer(title)][-1:]
    for segment in ends:
        letters = letters_of(segment)
        if letters and letters in {name, letters_of(host)}:
            return segment.strip()
    return None
