"""Reader of what plain HTML says outright: title, language, links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document, visible_text
from og_extract.read.markup.text import clean_text
from og_extract.read.sources.headings import shown_headings
from og_extract.read.sources.site_names import name_beside, segment_like_host

MAX_HOME_LINKS = 6
MAX_SITE_NAME_CHARS = 60

_FEED = re.compile(r"\s*[-\u2013»|:]*\s*(?:(?:main )?(?:rss|atom|feed)\W*)+$", re.IGNORECASE)
_HOME = (
    ':is(a[rel~="home" i], [class*=site-title i], [class*=sitename i], [class*=site-name i],'
    " [class*=blog-title i], [class*=navbar-brand i], [class*=logo i] img[alt], #header h1)"
)
_RELS = frozenset({"canonical", "image_src"})


def read_html(document: Document, findings: Findings) -> None:
    """Note what the tags of HTML itself say."""
    _read_title(document, findings)
    findings.later(("link:feed", "home"), lambda: _read_site_names(document, findings))
    root = document.tree.root
    if root is not None:
        findings.add("html:lang", root.attributes.get("lang") or root.attributes.get("xml:lang"))
    for node in document.tagged("meta"):
        if (node.attributes.get("http-equiv") or "").lower() == "content-language":
            findings.add("meta:content-language", node.attributes.get("content"))
    for node in document.tagged("link"):
        rels = (node.attributes.get("rel") or "").lower().split()
        for rel in _RELS.intersection(rels):
            findings.add(f"link:{rel}", node.attributes.get("href"))


def _read_site_names(document: Document, findings: Findings) -> None:
    """Note what feeds are called, and what leads to the front page."""
    for node in document.tagged("link"):
        if "rss+xml" in (node.attributes.get("type") or "") and not findings.of("link:feed"):
            title = clean_text(node.attributes.get("title") or "")
            findings.add("link:feed", _FEED.sub("", title))
    for node in document.tree.css(_HOME)[:MAX_HOME_LINKS]:
        name = node.attributes.get("alt") or visible_text(node)
        if len(name) <= MAX_SITE_NAME_CHARS:
            findings.add("home", name)


def _read_title(document: Document, findings: Findings) -> None:
    host = urlsplit(document.url).hostname or ""
    findings.add("host", host.removeprefix("www."))
    findings.add("title", document.title)
    findings.add("title:any", document.title)
    findings.add("title:segment", segment_like_host(document.title, host))
    named = [clean_text(text) for text in document.metas.get("og:title", ())]
    named += [clean_text(heading.text) for heading in shown_headings(document)]
    findings.add("title:added", name_beside(named, document.title))
