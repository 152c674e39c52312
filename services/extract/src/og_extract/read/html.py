"""Reader of what plain HTML says: title, headings, links, times, bylines, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from og_extract.read.document import Document, ancestors, is_visible, visible_text
from og_extract.read.findings import Findings

MAX_HEADINGS = 8
MAX_TIMES = 16
MAX_PARAGRAPHS = 64
MIN_PARAGRAPH_CHARS = 64
MAX_BYLINES = 16
MAX_VISIBLE_DATE_CHARS = 80
MAX_CHARS_BY_HEADING = 200
MAX_LEVELS_UP = 3

_BYLINES = (
    "[class*=byline i], [class*=author i], [id*=author i], [class*=autor i], "
    "[data-testid*=author i]"
)
_DATES = "[class*=date i], [class*=datum i], [class*=time i], [class*=published i], [id*=date i]"
_LABELLED_DATE = re.compile(
    r"(?:published|posted|publié|publicado|pubblicato|veröffentlicht|erstellt|datum|stand)"
    r"[^\d\n]{0,20}(\d[^\n]{5,40})",
    re.IGNORECASE,
)
_NOT_CONTENT = frozenset({"header", "nav", "footer", "aside", "noscript", "form"})
_DATE_IN_URL = re.compile(
    r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$|-|_)|[/-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?:\D|$)"
)


def read_html(document: Document, findings: Findings) -> None:
    """Note what the tags of HTML itself say."""
    tree = document.tree
    for node in tree.css("title"):
        if all(parent.tag != "svg" for parent in ancestors(node, 4)):
            findings.add("title", node.text())
            break
    for node in tree.css("h1")[:MAX_HEADINGS]:
        if is_visible(node):
            findings.add("h1", visible_text(node))
    root = tree.css_first("html")
    if root is not None:
        findings.add("html:lang", root.attributes.get("lang") or root.attributes.get("xml:lang"))
    _read_links(document, findings)
    _read_times(document, findings)
    _read_visible_dates(document, findings)
    _read_bylines(document, findings)
    for text in _paragraphs(document):
        findings.add("p", text)
        break


def _read_links(document: Document, findings: Findings) -> None:
    for rel in ("canonical", "image_src"):
        for node in document.tree.css(f'link[rel~="{rel}" i][href]')[:1]:
            findings.add(f"link:{rel}", node.attributes.get("href"))
    for node in document.tree.css('a[rel~="author" i]')[:2]:
        findings.add("rel:author", visible_text(node))


def _read_times(document: Document, findings: Findings) -> None:
    for node in document.tree.css("time")[:MAX_TIMES]:
        names = {parent.tag for parent in ancestors(node)}
        value = node.attributes.get("datetime") or visible_text(node)
        inside = not names.isdisjoint({"article", "header", "main"})
        source = "time:published" if "pubdate" in node.attributes else "time"
        findings.add("time:article" if inside and source == "time" else source, value)
    found = _DATE_IN_URL.search(document.url)
    if found:
        findings.add("url:date", "-".join(part for part in found.groups() if part))
    for node in document.tree.css(_DATES)[:MAX_TIMES]:
        text = visible_text(node).strip()
        if len(text) <= MAX_VISIBLE_DATE_CHARS:
            findings.add("text:date", text)


def _read_visible_dates(document: Document, findings: Findings) -> None:
    """Note what stands right after a heading or a label, where readers look for a date."""
    for heading in document.tree.css("h1")[:MAX_HEADINGS]:
        findings.add("text:after-heading", _text_after(heading))
    body = document.tree.body
    labelled = _LABELLED_DATE.search(visible_text(body)) if body is not None else None
    if labelled:
        findings.add("text:labelled", labelled[1])


def _text_after(heading: LexborNode) -> str:
    text, node = "", heading
    for parent in ancestors(heading, MAX_LEVELS_UP):
        sibling = node.next
        while sibling is not None and len(text) < MAX_CHARS_BY_HEADING:
            text += " ".join(_text_of(sibling).split()) + " "
            sibling = sibling.next
        node = parent
    return text[:MAX_CHARS_BY_HEADING]


def _text_of(node: LexborNode) -> str:
    if node.is_text_node:
        return node.text_content or ""
    return visible_text(node) if node.is_element_node and is_visible(node) else ""


def _read_bylines(document: Document, findings: Findings) -> None:
    for node in document.tree.css(_BYLINES)[:MAX_BYLINES]:
        if is_visible(node):
            findings.add("byline", visible_text(_innermost_link(node)))


def _innermost_link(node: LexborNode) -> LexborNode:
    links = node.css("a")
    return links[0] if len(links) == 1 and links[0].text(strip=True) else node


def _paragraphs(document: Document) -> Iterator[str]:
    for node in document.tree.css("p")[:MAX_PARAGRAPHS]:
        if _NOT_CONTENT.isdisjoint(parent.tag or "" for parent in ancestors(node)):
            text = visible_text(node).strip()
            if len(text) > MIN_PARAGRAPH_CHARS:
                yield text
