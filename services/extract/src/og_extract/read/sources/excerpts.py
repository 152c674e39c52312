"""Readers of what only single templates draw. They run only where asked, and tags say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings, RawLength, RawPrice
from og_extract.read.markup.document import Document, ancestors, visible_text
from og_extract.read.markup.text import clean_text
from og_extract.read.sources.printed_reading_time import printed_reading_time
from og_extract.read.sources.subjects import Subject, subject_of
from og_extract.read.sources.surroundings import near_headline
from og_extract.read.values.lengths import length_of

MAX_PARAGRAPHS = 2_000
MAX_COUNTED_CHARS = 400_000
MAX_COUNTED_HTML_CHARS = 1_500_000
"""In longer pages paragraphs are not even looked for."""
MIN_CODE_CHARS = 8
TAB_COLUMNS = 4
MAX_CODE_CHARS = 3_500
MAX_CHANGES = 8
MIN_CHANGES = 2
MAX_CHANGE_CHARS = 200
MAX_CRUMBS = 8
MAX_CRUMB_CHARS = 60
MAX_LISTS = 6
MAX_STRUCK = 16

_NOT_CONTENT: Final = frozenset({"header", "nav", "footer", "aside", "form"})
_PARAGRAPHS: Final = "p:not(:is(header, nav, footer, aside, form) *)"
_BODIES: Final = ("article", "main")
_LANGUAGE = re.compile(r"\b(?:lang(?:uage)?|highlight-source|brush:)-? ?([\w+#.-]{1,24})")
_TITLE_VERSION = re.compile(
    r"\b(v\d+(?:\.\d+)*)\b|\b(\d+\.\d+\.\d+)\b|\b(?:version|release) (\d+(?:\.\d+)*)\b",
    re.IGNORECASE,
)
_BETWEEN_CRUMBS: Final = "/>»\u203a|→ "
_CODE_HOST: Final = "github.com"
_COUNTERS: Final = {
    "github:stars": "#repo-stars-counter-star",
    "github:forks": "#repo-network-counter",
    "github:issues": "#issues-repo-tab-count",
}
_LANGUAGES: Final = '[data-ga-click^="Repository, language stats"] span.text-bold'


def read_excerpts(document: Document, findings: Findings) -> None:
    """Note the text that is read, and the first code, list, trail and struck price in it."""
    excerpts = _Excerpts(document, findings)
    findings.later(("text:words",), excerpts.note_words)
    findings.later(("text:reading-time",), excerpts.note_reading_time)
    findings.later(("html:code", "html:code-language"), excerpts.note_code)
    findings.later(("html:list",), excerpts.note_changes)
    findings.later(("html:breadcrumb",), excerpts.note_breadcrumb)
    findings.later(("html:struck-price",), excerpts.note_struck_price)
    findings.later(("title:version",), excerpts.note_version)
    if urlsplit(document.url).hostname == _CODE_HOST:
        findings.later((*_COUNTERS, "github:language"), excerpts.note_repository)


class _Excerpts:
    def __init__(self, document: Document, findings: Findings) -> None:
        self._document = document
        self._findings = findings

    def _tagged(self, *tags: str) -> Iterator[LexborNode]:
        return (node for tag in tags for node in self._document.tagged(tag))

    @property
    def _subject(self) -> Subject:
        return subject_of(self._document.url, self._findings)

    def note_words(self) -> None:
        """Note the paragraphs of the article, or of the whole page where none is marked."""
        is_too_long = len(self._document.html) > MAX_COUNTED_HTML_CHARS
        if is_too_long or self._subject not in {Subject.ARTICLE, Subject.OTHER}:
            return
        bodies = [list(self._tagged(tag)) for tag in _BODIES]
        body = next((found[0] for found in bodies if len(found) == 1), self._document.tree.body)
        words = characters = chars = 0
        for node in body.css(_PARAGRAPHS)[:MAX_PARAGRAPHS] if body is not None else ():
            if chars > MAX_COUNTED_CHARS:
                break
            text = node.text()
            chars += len(text)
            length = length_of(text)
            words, characters = words + length.words, characters + length.characters
        if chars:
            self._findings.add("text:words", RawLength(words, characters))

    def note_reading_time(self) -> None:
        """Note the reading time that is printed near the headline."""
        near = near_headline(self._document)
        texts = [run.text for run in (*near.soon, *near.before)]
        self._findings.add("text:reading-time", printed_reading_time(texts))

    def note_code(self) -> None:
        """Note the first program text, and its language where its class names one."""
        for node in self._tagged("pre"):
            code = node.text().expandtabs(TAB_COLUMNS).strip("\n")
            if len(code.strip()) < MIN_CODE_CHARS or not _is_content(node):
                continue
            self._findings.add("html:code", code[:MAX_CODE_CHARS])
            inner = node.css_first("code")
            marked = [node, *([inner] if inner else []), *ancestors(node, 2)]
            names = " ".join(it.attributes.get("class") or "" for it in marked)
            if found := _LANGUAGE.search(names):
                self._findings.add("html:code-language", found[1])
            return

    def note_changes(self) -> None:
        """Note the first list of short texts in the content that is no list of links."""
        for node in islice(filter(_is_main, self._tagged("ul", "ol")), MAX_LISTS):
            texts = [item.text()[: 2 * MAX_CHANGE_CHARS] for item in node.css("li")[:MAX_CHANGES]]
            items = [it for text in texts if 0 < len(it := clean_text(text)) <= MAX_CHANGE_CHARS]
            is_links = 2 * len(node.css("li > a:only-child")) > len(items)
            if len(items) >= MIN_CHANGES and not is_links:
                self._findings.add("html:list", "\n".join(items))
                return

    def note_breadcrumb(self) -> None:
        """Note the names in the first trail, all but the last, which is the page's own."""
        for trail in filter(_is_trail, self._tagged("nav", "ol", "ul")):
            texts = [node.text()[: 2 * MAX_CRUMB_CHARS] for node in trail.css("li")[:MAX_CRUMBS]]
            names = [clean_text(text).strip(_BETWEEN_CRUMBS).replace("/", "-") for text in texts]
            names = [name for name in names if 0 < len(name) <= MAX_CRUMB_CHARS]
            if len(names) > 1:
                self._findings.add("html:breadcrumb", " / ".join(dict.fromkeys(names[:-1])))
                return

    def note_struck_price(self) -> None:
        """Note the first amount that is struck out in what is named a price."""
        if self._subject is not Subject.PRODUCT:
            return
        for node in islice(self._tagged("del", "s", "strike"), MAX_STRUCK):
            names = " ".join(parent.attributes.get("class") or "" for parent in ancestors(node, 4))
            if "price" in names.lower():
                self._findings.add("html:struck-price", RawPrice(visible_text(node)))
                return

    def note_version(self) -> None:
        """Note the version that the title names."""
        if found := _TITLE_VERSION.search(self._document.title):
            self._findings.add("title:version", next(filter(None, found.groups())))

    def note_repository(self) -> None:
        """Note what a code host counts, exactly where it says so beside the rounded number."""
        for source, selector in _COUNTERS.items():
            for node in self._document.tree.css(selector)[:1]:
                self._findings.add(source, node.attributes.get("title") or node.text())
        for node in self._document.tree.css(_LANGUAGES)[:1]:
            self._findings.add("github:language", node.text())


def _is_content(node: LexborNode) -> bool:
    return _NOT_CONTENT.isdisjoint(parent.tag or "" for parent in ancestors(node, 24))


def _is_main(node: LexborNode) -> bool:
    tags = {parent.tag for parent in ancestors(node, 24)}
    return not tags.isdisjoint(_BODIES) and _NOT_CONTENT.isdisjoint(tags)


def _is_trail(node: LexborNode) -> bool:
    attributes = node.attributes
    names = (attributes.get(name) or "" for name in ("aria-label", "class", "id", "itemtype"))
    return "breadcrumb" in " ".join(names).lower()
