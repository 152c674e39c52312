from __future__ import annotations

import re

from og_extract.read.text import letters_of

MAX_NAME_CHARS = 100
MIN_BYLINE_WORDS = 2
MAX_BYLINE_WORDS = 6

_PREFIX = re.compile(
    r"^(?:by|von|par|por|da|di|af|av|door|written by|author|autor|auteur|автор|posted by"
    r"|erstellt von|geschrieben von)\s*:?\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:[|•·]|\s[-\u2013\u2014]\s).*$|\s+\d.*$|\s+says\b.*$", re.DOTALL)
_REFUSED = frozenset(
    {
        "admin",
        "administrator",
        "author",
        "editor",
        "guest",
        "none",
        "null",
        "root",
        "staff",
        "undefined",
        "unknown",
        "user",
        "webmaster",
        "wordpress",
    }
)


def clean_author(text: str, source: str, site_names: set[str]) -> str | None:
    """Return an author's name, or None for what is no name of a person or team."""
    name = _PREFIX.sub("", text).strip(" ,;:|")
    if source in {"byline", "rel:author"}:
        name = _TAIL.sub("", name).strip(" ,;:|")
        if source == "byline" and not _is_like_a_name(name):
            return None
    if not name or len(name) > MAX_NAME_CHARS or name.startswith(("@", "http://", "https://", "/")):
        return None
    letters = letters_of(name)
    if (
        letters in _REFUSED
        or (letters in site_names and not source.startswith("jsonld:"))
        or "www." in name
        or "@" in name
    ):
        return None
    return name if any(char.isalpha() for char in name) else None


def _is_like_a_name(text: str) -> bool:
    """Tell names from the other things that stand where bylines do."""
    words = text.split()
    if not MIN_BYLINE_WORDS <= len(words) <= MAX_BYLINE_WORDS or any(map(str.isdigit, text)):
        return False
    return words[0][0].isupper() and words[-1][0].isupper()
