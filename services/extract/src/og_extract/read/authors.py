from __future__ import annotations

import re

from og_extract.read.context import Context
from og_extract.read.rules import Verdict, refused
from og_extract.read.subjects import Subject
from og_extract.read.text import clean_text, letters_of

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


def judge_author(raw: str, source: str, context: Context) -> Verdict:
    """Take the name of a person or team."""
    if context.subject is Subject.PRODUCT:
        return refused("a product has no author; the name is of something else")
    name = _PREFIX.sub("", clean_text(raw)).strip(" ,;:|")
    if source in {"byline", "rel:author"}:
        name = _TAIL.sub("", name).strip(" ,;:|")
    fault = _fault(name, source, context)
    return refused(fault) if fault else Verdict(name)


def _fault(name: str, source: str, context: Context) -> str | None:
    """Tell why a text is no author's name."""
    letters = letters_of(name)
    if not any(map(str.isalpha, name)) or len(name) > MAX_NAME_CHARS:
        return "no name, or too long for one"
    if name.startswith(("@", "http://", "https://", "/")) or "www." in name or "@" in name:
        return "an address or handle"
    if letters in _REFUSED:
        return "names nobody"
    if letters in context.site_letters and not source.startswith("jsonld:"):
        return "the site's own name"
    if source == "byline" and not _is_like_a_name(name):
        return "not like a name"
    return None


def _is_like_a_name(text: str) -> bool:
    """Tell names from the other things that stand where bylines do."""
    words = text.split()
    if not MIN_BYLINE_WORDS <= len(words) <= MAX_BYLINE_WORDS or any(map(str.isdigit, text)):
        return False
    return words[0][0].isupper() and words[-1][0].isupper()
