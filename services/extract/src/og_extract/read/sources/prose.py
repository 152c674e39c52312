"""Reader of a page's text, which runs only where nothing else describes the page."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document, ancestors, visible_text
from og_extract.read.sources.headings import find_headline

MAX_PARAGRAPHS = 64
MIN_PARAGRAPH_CHARS = 64
MAX_PARAGRAPH_CHARS = 2_000

_LEDES = ", ".join(
    f"[class*={word} i]"
    for word in ("lead", "lede", "teaser", "intro", "abstract", "standfirst", "excerpt", "vorspann")
)
_NOT_CONTENT = frozenset({"header", "nav", "footer", "aside", "noscript", "form"})


def read_prose(document: Document, findings: Findings) -> None:
    """Note the first paragraph of the text."""
    findings.later(("lede",), lambda: _read_lede(document, findings))
    findings.later(("p",), lambda: _read_paragraph(document, findings))


def _read_lede(document: Document, findings: Findings) -> None:
    """Note what is marked up as the summary that follows the headline."""
    headline = find_headline(document)
    if headline is None:
        return
    is_after = False
    for node in document.tree.css(f":is({headline.tag}, {_LEDES})")[:MAX_PARAGRAPHS]:
        is_after = is_after or node.mem_id == headline.mem_id
        if is_after and node.mem_id != headline.mem_id and (text := _text_of(node)):
            findings.add("lede", text)
            return


def _read_paragraph(document: Document, findings: Findings) -> None:
    """Note the first long paragraph after the headline, or of the page."""
    headline = find_headline(document)
    selector = f":is({headline.tag}, p)" if headline is not None else "p"
    is_after, fallback = headline is None, ""
    for node in document.tree.css(selector)[:MAX_PARAGRAPHS]:
        if headline is not None and node.mem_id == headline.mem_id:
            is_after = True
        elif node.tag == "p" and (is_after or not fallback):
            text = _text_of(node)
            if text and is_after:
                findings.add("p", text)
                return
            fallback = fallback or text
    findings.add("p", fallback)


def _text_of(node: LexborNode) -> str:
    if not _NOT_CONTENT.isdisjoint(parent.tag or "" for parent in ancestors(node)):
        return ""
    text = visible_text(node).strip()
    return text if MIN_PARAGRAPH_CHARS < len(text) <= MAX_PARAGRAPH_CHARS else ""
