from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Final

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document
from og_extract.read.markup.text import clean_text
from og_extract.read.reduction.main_text import main_blocks

MAX_NAME_CHARS = 200
MAX_SITE_NAME_WORDS = 5
MAX_SEPARATORS = 8
"""Of a title."""
MAX_MARKUP_CHARS = 262_144
MAX_NOSCRIPTS = 4
MIN_DESCRIPTION_CHARS = 25
MIN_INPUTS_OF_A_FORM = 2
MIN_PARAGRAPH_CHARS = 100
"""Of a paragraph of prose; menus, notes and slogans are shorter."""
MIN_PROSE_CHARS = 1_000
"""Of all paragraphs, for a page that is there to be read."""

_QUOTES: Final = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_SEPARATOR = re.compile(r"\s+[-\u2013\u2014|·•:»«\u2039\u203a・~/]+\s+|\s*[|\uff5c»\u2039]\s*|:\s+")
_INPUTS = (
    "textarea, select, input:not([type]), input[type=text i], input[type=email i], "
    "input[type=tel i], input[type=search i], input[type=number i], input[type=url i]"
)
_CARD_TAGS = ("og:image", "og:image:url", "twitter:image", "og:description", "twitter:description")
_OWN_DATA = ("jsonld:@type", "article:published_time", "microdata:headline")
_AUTHORS = (
    "meta:author",
    "article:author",
    "microdata:author",
    "rel:author",
    "text:by",
)
_TYPE = "og:type"
_TYPE_OF_A_SITE = "website"


def normal(text: str) -> str:
    """Bring a text into the form that phrases are matched in."""
    return clean_text(text.replace("\u2026", "...")).translate(_QUOTES).casefold()


class Looks:
    """How a page looks to whoever judges what kind it is."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self.title = self._first("title")
        self.headings = [normal(raw)[:MAX_NAME_CHARS] for raw in findings.of("h1")]
        self.shared_titles = [
            name for source in ("og:title", "twitter:title") if (name := self._first(source))
        ]

    @cached_property
    def shown_chars(self) -> int:
        """How much text people see."""
        return len(" ".join(self._document.body_text.split()))

    @cached_property
    def text(self) -> str:
        """The text that people see, or would without scripts."""
        nodes = self._document.tree.css("noscript")[:MAX_NOSCRIPTS]
        return normal(" ".join([self._document.body_text, *(node.text() for node in nodes)]))

    @cached_property
    def markup(self) -> str:
        """The page's source in one case, its beginning."""
        return self._document.html[:MAX_MARKUP_CHARS].lower()

    @cached_property
    def has_description(self) -> bool:
        """Whether the page describes itself, or names a picture, for those who link to it."""
        described = [*self._document.metas["description"]]
        return any(self._document.metas[name] for name in _CARD_TAGS) or any(
            len(text.strip()) >= MIN_DESCRIPTION_CHARS for text in described
        )

    @property
    def is_described(self) -> bool:
        """Whether it has a title or a description for those who link to it."""
        return bool(self.shared_titles) or self.has_description

    @cached_property
    def has_own_data(self) -> bool:
        """Whether data in it speak of an article, a product, an event or the like."""
        return any(self._findings.of(source) for source in _OWN_DATA)

    @cached_property
    def has_author(self) -> bool:
        """Whether somebody is said to have written it."""
        return any(self._findings.of(source) for source in _AUTHORS)

    @cached_property
    def has_prose(self) -> bool:
        """Whether it holds paragraphs to be read."""
        texts = [it.text for it in main_blocks(self._document) if not it.is_heading]
        prose = (len(text) for text in texts if len(text) >= MIN_PARAGRAPH_CHARS)
        return sum(prose) >= MIN_PROSE_CHARS

    @cached_property
    def is_typed(self) -> bool:
        """Whether it calls itself an article, a product or the like, and no mere site."""
        return any(it.strip().lower() != _TYPE_OF_A_SITE for it in self._document.metas[_TYPE])

    @cached_property
    def is_reloaded(self) -> bool:
        """Whether it has itself, or another page, loaded in its place."""
        return self._has("meta[http-equiv=refresh i]")

    @cached_property
    def is_not_to_be_found(self) -> bool:
        """Whether search engines are to leave it out."""
        return any("noindex" in content.lower() for content in self._document.metas["robots"])

    @cached_property
    def has_password_field(self) -> bool:
        """Whether a password can be typed in."""
        inputs = self._document.tagged("input")
        return any((node.attributes.get("type") or "").lower() == "password" for node in inputs)

    @cached_property
    def has_form(self) -> bool:
        """Whether there is more to fill in than a captcha's answer."""
        return len(self._document.tree.css(_INPUTS)) >= MIN_INPUTS_OF_A_FORM

    @cached_property
    def has_scripts(self) -> bool:
        """Whether scripts run in it."""
        return any(
            "json" not in (node.attributes.get("type") or "")
            for node in self._document.tagged("script")
        )

    @cached_property
    def has_pictures(self) -> bool:
        """Whether it holds anything to see that is no text."""
        return self._has("body img, body picture, body video, body iframe, body object, body svg")

    def _has(self, selector: str) -> bool:
        return self._document.tree.css_first(selector) is not None

    def _first(self, source: str) -> str:
        return normal(self._findings.first(source) or "")[:MAX_NAME_CHARS]


def cores(name: str) -> Iterator[str]:
    """List what a title may say: all of it, and what is left without few words at either end."""
    yield name
    for found in islice(_SEPARATOR.finditer(name), MAX_SEPARATORS):
        start, end = name[: found.start()], name[found.end() :]
        if len(start.split()) <= MAX_SITE_NAME_WORDS:
            yield end
        if len(end.split()) <= MAX_SITE_NAME_WORDS:
            yield start
