"""Readers of what stands in a page's text: bylines and paragraphs. They run only where asked."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from og_extract.read.document import Document, ancestors, is_visible, visible_text
from og_extract.read.findings import Findings

MAX_PARAGRAPHS = 64
MIN_PARAGRAPH_CHARS = 64
MAX_BYLINES = 16

_BYLINES = (
    "[class*=byline i], [class*=author i], [id*=author i], [class*=autor i], "
    "[data-testid*=author i]"
)
_NOT_CONTENT = frozenset({"header", "nav", "footer", "aside", "noscript", "form"})


def read_prose(document: Document, findings: Findings) -> None:
    """Note the first paragraph and what stands where bylines do."""
    findings.later(("p",), lambda: _read_paragraph(document, findings))
    findings.later(("byline", "rel:author"), lambda: _read_bylines(document, findings))


def _read_paragraph(document: Document, findings: Findings) -> None:
    for node in document.tree.css("p")[:MAX_PARAGRAPHS]:
        if _NOT_CONTENT.isdisjoint(parent.tag or "" for parent in ancestors(node)):
            text = visible_text(node).strip()
            if len(text) > MIN_PARAGRAPH_CHARS:
                findings.add("p", text)
                return


def _read_bylines(document: Document, findings: Findings) -> None:
    for node in document.tree.css('a[rel~="author" i]')[:2]:
        findings.add("rel:author", visible_text(node))
    for node in document.tree.css(_BYLINES)[:MAX_BYLINES]:
        if is_visible(node):
            findings.add("byline", visible_text(_innermost_link(node)))


def _innermost_link(node: LexborNode) -> LexborNode:
    links = node.css("a")
    return links[0] if len(links) == 1 and links[0].text(strip=True) else node
