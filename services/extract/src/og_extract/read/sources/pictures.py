"""Reader of the first picture in a page's text, for pages that name none."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document, ancestors, hides_itself, names_of
from og_extract.read.precedence import IMAGE, SHOWN_IMAGE
from og_extract.read.sources.headings import find_headline

MAX_PICTURES = 40
MIN_WIDTH_PX = 200

_SOURCES = ("data-src", "data-lazy-src", "data-original", "src")
_NO_PHOTO = re.compile(
    r"logo|avatar|gravatar|icon|sprite|pixel|badge|banner|spinner|blank|emoji|/ads?/|\.svg|^data:",
    re.IGNORECASE,
)
_TEXT_TAGS = frozenset({"article", "main"})
_TEXT = re.compile(r"article|content|entry|post|recipe|story", re.IGNORECASE)
_ASIDE = re.compile(r"related|sidebar|comment|author|footer|widget|teaser|share", re.IGNORECASE)


def read_pictures(document: Document, findings: Findings) -> None:
    """Note the first picture after the headline that stands in the text."""
    findings.later((SHOWN_IMAGE,), lambda: _read_first(document, findings))


def _read_first(document: Document, findings: Findings) -> None:
    headline = find_headline(document)
    if headline is None or any(findings.of(it) for it in IMAGE if it != SHOWN_IMAGE):
        return
    is_after = False
    for node in document.tree.css(f":is({headline.tag}, img)")[:MAX_PICTURES]:
        is_after = is_after or node.mem_id == headline.mem_id
        url = _url_of(node) if is_after and node.tag == "img" else ""
        if url and not hides_itself(node) and _is_in_text(node):
            findings.add(SHOWN_IMAGE, url)
            return


def _url_of(node: LexborNode) -> str:
    attributes = node.attributes
    width = re.match(r"\d+", attributes.get("width") or "")
    if width and int(width[0][:6]) < MIN_WIDTH_PX:
        return ""
    urls = (attributes.get(name) or "" for name in _SOURCES)
    names = f"{attributes.get('class') or ''} {attributes.get('alt') or ''}"
    url = next(filter(None, urls), "")
    return "" if _NO_PHOTO.search(url) or _NO_PHOTO.search(names) else url


def _is_in_text(node: LexborNode) -> bool:
    for parent in ancestors(node):
        names = names_of(parent)
        if parent.tag in {"aside", "nav", "footer", "body"} or _ASIDE.search(names):
            return False
        if parent.tag in _TEXT_TAGS or _TEXT.search(names):
            return True
    return False
