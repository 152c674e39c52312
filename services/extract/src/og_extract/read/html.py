"""Reader of what plain HTML says outright: title, language, links."""

from __future__ import annotations

from urllib.parse import urlsplit

from og_extract.read.document import Document
from og_extract.read.findings import Findings
from og_extract.read.site_names import segment_like_host


def read_html(document: Document, findings: Findings) -> None:
    """Note what the tags of HTML itself say."""
    _read_title(document, findings)
    root = document.tree.css_first("html")
    if root is not None:
        findings.add("html:lang", root.attributes.get("lang") or root.attributes.get("xml:lang"))
    for rel in ("canonical", "image_src"):
        for node in document.tree.css(f'link[rel~="{rel}" i][href]')[:1]:
            findings.add(f"link:{rel}", node.attributes.get("href"))


def _read_title(document: Document, findings: Findings) -> None:
    host = urlsplit(document.url).hostname or ""
    findings.add("host", host.removeprefix("www."))
    findings.add("title", document.title)
    findings.add("title:segment", segment_like_host(document.title, host))
