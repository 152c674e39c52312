"""Reader of a page's headings, and which of them is the headline.

What people take for a page's title is the headline they see; tags hold variants of it for search
engines and social networks. A heading is the headline only where the page's tags or its address
use its words: others name the section, or the site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document, ancestors, is_visible, visible_text

MAX_HEADINGS = 16
MAX_LIKE_HEADINGS = 32
MIN_HEADLINE_SHARE = 0.5
"""Of a heading's letters that the page's titles and address hold, where it is the headline."""
MAX_LEVELS_SEEN = 8
"""How far up it is looked whether a heading is hidden."""

_LIKE_HEADINGS = ":is(h2, h3, [class*=title i], [class*=headline i], [id*=title i])"
# The line over a headline, or under it, which is no part of it.
_KICKER = re.compile(
    r"kicker|roofline|overline|highline|topline|dachzeile|spitzmarke|eyebrow|pre-?title|pre-?head"
    r"|super-?title|over-?title|antetitulo|surtitre|occhiello|badge|label|\bsmall\b"
    r"|sub-?title|sub-?head|sub-?line|untertitel|sous-titre|sottotitolo",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that people see, and its text freed of kickers."""

    node: LexborNode
    text: str


def read_headings(document: Document, findings: Findings) -> None:
    """Note h1s and what is marked up as headline."""
    for heading in shown_headings(document):
        findings.add("heading", heading.text)
        if heading.node.tag == "h1":
            findings.add("h1", heading.text)
    findings.later(("heading:like",), lambda: _read_like_headings(document, findings))


def find_headline(document: Document) -> LexborNode | None:
    """Find the element that holds the page's headline; without any, the sole h1."""
    return document.once("headline", lambda: _find_headline(document))


def _find_headline(document: Document) -> LexborNode | None:
    headings = shown_headings(document)
    for heading in headings:
        if document.title_wording.share_of(heading.text) >= MIN_HEADLINE_SHARE:
            return heading.node
    for node in document.tree.css(_LIKE_HEADINGS)[:MAX_HEADINGS]:
        if document.title_wording.share_of(heading_text(node)) == 1:
            return node
    return headings[0].node if len(headings) == 1 else None


def shown_headings(document: Document) -> list[Heading]:
    """List h1s and headlines; what is marked up as the latter is surely meant as such."""
    return document.once("headings", lambda: _find_headings(document))


def _find_headings(document: Document) -> list[Heading]:
    marked = [node for node in document.annotated if _is_headline(node)]
    nodes = [*marked, *(node for node in document.tagged("h1") if not _is_headline(node))]
    return [Heading(node, heading_text(node)) for node in nodes[:MAX_HEADINGS] if _is_shown(node)]


def _is_headline(node: LexborNode) -> bool:
    names = (node.attributes.get("itemprop") or "").split()
    return "headline" in names and node.tag != "meta"


def heading_text(node: LexborNode) -> str:
    """Return a heading's text without the kicker that may stand in it."""
    kickers = [child for child in node.css("[class], small") if _is_kicker(child, node)]
    text = visible_text(node, without=kickers)
    return text if text.strip() else visible_text(node)


def _is_kicker(child: LexborNode, heading: LexborNode) -> bool:
    is_inside = child.mem_id != heading.mem_id
    is_small = child.tag == "small"
    return is_inside and (is_small or bool(_KICKER.search(child.attributes.get("class") or "")))


def _is_shown(node: LexborNode) -> bool:
    return all(map(is_visible, [node, *ancestors(node, MAX_LEVELS_SEEN)]))


def _read_like_headings(document: Document, findings: Findings) -> None:
    """Note what looks like a heading, for pages without any."""
    for node in document.tree.css(_LIKE_HEADINGS)[:MAX_LIKE_HEADINGS]:
        if node.tag not in {"head", "title"} and is_visible(node):
            findings.add("heading:like", heading_text(node))
