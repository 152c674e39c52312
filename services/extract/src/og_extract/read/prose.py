"""Readers of what stands in a page's text: bylines and paragraphs. They run only where asked."""

from __future__ import annotations

import re
from itertools import pairwise

from selectolax.lexbor import LexborNode

from og_extract.read.document import Document, ancestors, is_visible, named_in, visible_text
from og_extract.read.findings import Findings
from og_extract.read.headings import find_headline
from og_extract.read.surroundings import around
from og_extract.read.words import BY, EDITORS

MAX_PARAGRAPHS = 64
MIN_PARAGRAPH_CHARS = 64
MAX_BYLINES = 24
MAX_BYLINE_CHARS = 160

_BYLINES = (
    ":is([class*=byline i], [class*=author i], [id*=author i], [class*=autor i], [class*=auteur i],"
    " [class*=verfasser i], [data-testid*=author i], [data-testid*=byline i],"
    ' a[href*="/author/" i], a[href*="/autor/" i], a[href*="/autoren/" i], a[href*="/auteur/" i],'
    ' a[href*="/authors/" i])'
)
_NOT_CONTENT = frozenset({"header", "nav", "footer", "aside", "noscript", "form"})
# What stands in these was written by, or is about, others.
_OTHERS = re.compile(
    r"comment|kommentar|respond|reply|related|recommend|teaser|sidebar|widget|carousel|slider"
    r"|popular|most-?read|caption|photo|image|picture|credit|newsletter|footer|breadcrumb|review",
    re.IGNORECASE,
)
_ASIDE_TAGS = frozenset({"nav", "footer", "aside", "form", "figure", "figcaption"})


def read_prose(document: Document, findings: Findings) -> None:
    """Note the first paragraph and what stands where bylines do."""
    findings.later(("p",), lambda: _read_paragraph(document, findings))
    findings.later(("text:by",), lambda: _read_text_by(document, findings))
    findings.later(("byline", "rel:author"), lambda: _read_bylines(document, findings))


def _read_paragraph(document: Document, findings: Findings) -> None:
    for node in document.tree.css("p")[:MAX_PARAGRAPHS]:
        if _NOT_CONTENT.isdisjoint(parent.tag or "" for parent in ancestors(node)):
            text = visible_text(node).strip()
            if len(text) > MIN_PARAGRAPH_CHARS:
                findings.add("p", text)
                return


def _read_text_by(document: Document, findings: Findings) -> None:
    """Note what follows a "by" near the headline, in the same text or in the next one."""
    runs = around(find_headline(document))
    texts = [run.text if len(run.text) <= MAX_BYLINE_CHARS else "" for run in runs]
    for text, following in pairwise([*texts, ""]):
        by = BY.match(text)
        if by is not None:
            findings.add("text:by", text[by.end() :] or following)
    editor = EDITORS.search(document.body_text)
    if editor:
        findings.add("text:by", editor[1])


def _read_bylines(document: Document, findings: Findings) -> None:
    for node in document.tree.css('a[rel~="author" i]')[:2]:
        findings.add("rel:author", visible_text(node))
    for node in document.tree.css(_BYLINES)[:MAX_BYLINES]:
        if is_visible(node) and not _is_of_others(node):
            findings.add("byline", named_in(node))


def _is_of_others(node: LexborNode) -> bool:
    for parent in ancestors(node):
        attributes = parent.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if parent.tag in {"body", "html"}:
            return False
        if parent.tag in _ASIDE_TAGS or _OTHERS.search(names):
            return True
    return False
