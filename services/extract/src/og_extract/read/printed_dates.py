"""Reader of the dates that a page shows. It runs only where tags give none."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from og_extract.read.document import Document, ancestors, is_visible, visible_text
from og_extract.read.findings import Findings

MAX_HEADINGS = 8
MAX_TIMES = 16
MAX_VISIBLE_DATE_CHARS = 80
MAX_CHARS_BY_HEADING = 200
MAX_LEVELS_UP = 3

_DATES = "[class*=date i], [class*=datum i], [class*=time i], [class*=published i], [id*=date i]"
_LABELLED_DATE = re.compile(
    r"(?:published|posted|publié|publicado|pubblicato|veröffentlicht|erstellt|datum|stand)"
    r"[^\d\n]{0,20}(\d[^\n]{5,40})",
    re.IGNORECASE,
)
_DATE_IN_URL = re.compile(
    r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$|-|_)|[/-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?:\D|$)"
)


def read_printed_dates(document: Document, findings: Findings) -> None:
    """Note times, then the date in the URL, then dates in the text, each when asked for."""
    findings.later(
        ("time:published", "time:article", "time"), lambda: _read_times(document, findings)
    )
    findings.later(
        ("text:labelled", "text:date", "text:after-heading"),
        lambda: _read_visible_dates(document, findings),
    )
    found = _DATE_IN_URL.search(document.url)
    if found:
        findings.add("url:date", "-".join(part for part in found.groups() if part))


def _read_times(document: Document, findings: Findings) -> None:
    for node in document.tree.css("time")[:MAX_TIMES]:
        names = {parent.tag for parent in ancestors(node)}
        value = node.attributes.get("datetime") or visible_text(node)
        inside = not names.isdisjoint({"article", "header", "main"})
        source = "time:published" if "pubdate" in node.attributes else "time"
        findings.add("time:article" if inside and source == "time" else source, value)


def _read_visible_dates(document: Document, findings: Findings) -> None:
    """Note what stands right after a heading or a label, where readers look for a date."""
    for node in document.tree.css(_DATES)[:MAX_TIMES]:
        text = visible_text(node).strip()
        if len(text) <= MAX_VISIBLE_DATE_CHARS:
            findings.add("text:date", text)
    for heading in document.tree.css("h1")[:MAX_HEADINGS]:
        findings.add("text:after-heading", _text_after(heading))
    labelled = _LABELLED_DATE.search(document.body_text)
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
