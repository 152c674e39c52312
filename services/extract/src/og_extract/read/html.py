"""Reader of what plain HTML says outright: title, headings, language, links."""

from __future__ import annotations

from urllib.parse import urlsplit

from og_extract.read.document import Document, ancestors, is_visible, visible_text
from og_extract.read.findings import Findings
from og_extract.read.site_names import segment_like_host
from og_extract.read.text import clean_text

MAX_HEADINGS = 8


def read_html(document: Document, findings: Findings) -> None:
    """Note what the tags of HTML itself say."""
    _read_title(document, findings)
    for node in document.tree.css("h1")[:MAX_HEADINGS]:
        if is_visible(node):
            heading = visible_text(node)
            findings.add("h1", heading)
            findings.add("h1:better", heading)
    root = document.tree.css_first("html")
    if root is not None:
        findings.add("html:lang", root.attributes.get("lang") or root.attributes.get("xml:lang"))
    for rel in ("canonical", "image_src"):
        for node in document.tree.css(f'link[rel~="{rel}" i][href]')[:1]:
            findings.add(f"link:{rel}", node.attributes.get("href"))


def _read_title(document: Document, findings: Findings) -> None:
    host = urlsplit(document.url).hostname or ""
    findings.add("host", host.removeprefix("www."))
    for node in document.tree.css("title"):
        if all(parent.tag != "svg" for parent in ancestors(node, 4)):
            title = node.text()
            findings.add("title", title)
            findings.add("title:segment", segment_like_host(clean_text(title), host))
            return
