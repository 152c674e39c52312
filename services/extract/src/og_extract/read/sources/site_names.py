"""The name of a page's site, as titles hold it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Final

from og_extract.read.markup.text import letters_of

_SEGMENT_END = re.compile(
    r"\s+[-\u2013\u2014|·•:»«~/]+\s+|\s*[|»_\uff5c\u4e28]\s*|(?<=[\u3000-\u9fff\uff00-\uffef])-"
)
_SEPARATOR = re.compile(r"\s+[-\u2013\u2014|·•:»«~/]+\s+|\s*[|»\uff1a\uff5c]\s*|:\s+|\s+::\s+|,\s+")
_ADDED = re.compile(r"\s*[-\u2013\u2014|·•:»_\uff1a\uff5c]+\s*(.+)$")
_EXPLAINED = re.compile(r",\s|\s*\(")
_BRACKETS = re.compile(r"\s*\(([^()]{2,60})\)\s*$")
_UMLAUTS: Final = {
    0xE4: "ae",
    0xF6: "oe",
    0xFC: "ue",
    0xC4: "Ae",
    0xD6: "Oe",
    0xDC: "Ue",
    0xDF: "ss",
}
MIN_NAME_LETTERS = 2
MIN_LABEL_LETTERS = 4
"""Shorter names of hosts stand in other words too."""
MAX_NAME_WORDS = 4
MAX_SEPARATORS = 8
"""As many are looked at from either end of a title, since all before or after each is compared."""


def host_label(host: str) -> str:
    """Return the label that names a site: "example" of www.example.co.uk."""
    labels = host.removeprefix("www.").split(".")
    return max(labels[:-1] or labels, key=len)


def is_site_name(text: str, known: frozenset[str], host: str) -> bool:
    """Tell whether a text has letters that are known, or is a few words around the host's name.

    So "Daily Planet Online" is the site's name on dailyplanet.com.
    """
    letters = letters_of(text)
    if letters in known:
        return len(letters) >= MIN_NAME_LETTERS
    label = letters_of(host_label(host))
    spellings = {letters, letters_of(_in_ascii(text))}
    is_short = len(text.split()) <= MAX_NAME_WORDS and len(label) >= MIN_LABEL_LETTERS
    return is_short and any(
        label in own or (len(own) >= MIN_LABEL_LETTERS and label.startswith(own))
        for own in spellings
    )


def _in_ascii(text: str) -> str:
    """Spell a name as hosts do."""
    text = text.translate(_UMLAUTS)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def without_site_name(title: str, site_names: Iterable[str], host: str) -> str:
    """Strip a segment at either end that is the site's own name, and only that.

    One that only contains the host's name is stripped where more than it is left.
    """
    known = frozenset(map(letters_of, site_names))
    for found in islice(_SEPARATOR.finditer(title), MAX_SEPARATORS):
        start, rest = title[: found.start()], title[found.end() :].strip()
        if rest and letters_of(start) in known:
            title = rest
            break
    for found in reversed(list(_SEPARATOR.finditer(title))[-MAX_SEPARATORS:]):
        rest, end = title[: found.start()].strip(), title[found.end() :]
        if rest and is_site_name(end, known, host):
            return rest
    in_brackets = _BRACKETS.search(title)
    if in_brackets and is_site_name(in_brackets[1], known, host):
        return title[: in_brackets.start()].strip()
    return title.strip()


def segments_of(title: str) -> list[str]:
    """Split a title where pages put the names of section and site, at least into itself."""
    return [segment for segment in _SEGMENT_END.split(title) if segment.strip()] or [title]


def name_beside(titles: Iterable[str], whole: str) -> str | None:
    """Return the name that <title> adds to what else the page is called by, if it is short.

    What stands after a comma or in brackets explains it: "Bees - Meadow Post, news since 1920".
    """
    for title in titles:
        added = _ADDED.match(whole[len(title) :]) if title and whole.startswith(title) else None
        name = _EXPLAINED.split(added[1])[0].strip() if added else ""
        if name and len(name.split()) <= MAX_NAME_WORDS and len(segments_of(name)) == 1:
            return name
    return None


def segment_like_host(title: str, host: str) -> str | None:
    """Return the end of a title that spells the host's name, for it is how a site writes it."""
    separators = list(_SEPARATOR.finditer(title))
    ends = [title[found.end() :] for found in separators][-1:]
    ends += [title[: found.start()] for found in separators][:1]
    return next((end.strip() for end in ends if is_site_name(end, frozenset(), host)), None)
