from __future__ import annotations

import re
from typing import Final

from og_extract.read.markup.document import Document

MAX_DELAY_S: Final = 10
"""A page that shows itself for longer is to be read."""
MAX_REFRESH_CHARS: Final = 8_192

_REFRESH: Final = re.compile(
    r"""\s*(?P<seconds>[0-9]{1,9}|(?=\.))[0-9.]*
    (?:\s*[;,]|\s)\s*(?:url\s*=\s*)?
    (?:'(?P<single>[^']*)|"(?P<double>[^"]*)|(?P<bare>.*))""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_TAGS: Final = ("og:", "twitter:", "article:", "product:")
_DESCRIPTION: Final = "description"
_JSON_LD: Final = "application/ld+json"


def refresh_url(document: Document) -> str:
    """Return where a page leads by `<meta http-equiv=refresh>` that has nothing else to offer.

    That is no tag for cards, no description, no JSON-LD. "" where there is no such refresh, where
    it takes long, or leads to the page itself. Syntax: HTML, "shared declarative refresh steps".
    """
    if _has_content(document):
        return ""
    for node in document.tree.css("meta[http-equiv][content]"):
        attributes = node.attributes
        if (attributes.get("http-equiv") or "").strip().lower() == "refresh":
            url = _target(document, attributes.get("content") or "")
            return "" if url in ("", document.url) else url
    return ""


def _target(document: Document, content: str) -> str:
    match = _REFRESH.match(content[:MAX_REFRESH_CHARS])
    if match is None or int(match["seconds"] or 0) > MAX_DELAY_S:
        return ""
    reference = match["single"] or match["double"] or match["bare"] or ""
    return (document.resolve(reference) or "").partition("#")[0]


def _has_content(document: Document) -> bool:
    if any(key == _DESCRIPTION or key.startswith(_TAGS) for key, _ in document.meta_items):
        return True
    return any(
        (node.attributes.get("type") or "").strip().lower() == _JSON_LD
        for node in document.tree.css("script[type]")
    )
