"""Choosing each field's value among what the readers found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from og_extract.read import precedence
from og_extract.read.authors import clean_author
from og_extract.read.card_tags import read_card_tags
from og_extract.read.dates import parse_day
from og_extract.read.document import Document
from og_extract.read.findings import Findings
from og_extract.read.icons import icon_candidates
from og_extract.read.page import Field, Page
from og_extract.read.prices import parse_price, parse_rating
from og_extract.read.text import clean_text, letters_of
from og_extract.read.titles import (
    host_label,
    prefer_heading,
    segment_like_host,
    without_site_name,
)
from og_urls import are_same_or_twins

MAX_IMAGE_CANDIDATES = 8  # the first ones may all be cards drawn for the page

_PUBLISHERS: Final = ("jsonld:publisher.name", "jsonld:Organization.name")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?\b")
_IMAGES: Final = {
    "image": precedence.IMAGE,
    "productImage": precedence.PRODUCT_IMAGE,
    "avatar": precedence.AVATAR,
}


def choose_page(document: Document, findings: Findings) -> Page:
    """Choose every value of a page."""
    return _Choice(document, findings).page()


class _Choice:
    def __init__(self, document: Document, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._host = _host_of(document.url)
        self._language = self._choose_language()
        self._headings = [clean_text(raw) for raw in findings.texts["h1"]]
        self._add_derived_names()
        self._site_names = self._known_site_names()

    def page(self) -> Page:
        found = {
            "title": self._title(),
            "description": self._text(precedence.RECIPE_DESCRIPTION),
            "siteName": self._text(precedence.SITE_NAME),
            "author": self._author(),
            "publishedAt": self._published_at(),
            "price": self._price(),
            "rating": self._rating(),
            "brand": self._text(precedence.BRAND),
            "category": self._text(precedence.CATEGORY),
        }
        return Page(
            final_url=self._document.url,
            canonical_url=self._canonical(),
            language=self._language,
            fields={name: field for name, field in found.items() if field is not None},
            card_tags=read_card_tags(self._document),
            image_candidates=self._image_candidates(),
        )

    def _candidates(self, sources: Sequence[str]) -> Iterator[tuple[str, str]]:
        for source in sources:
            for raw in self._findings.texts.get(source, ()):
                yield source, raw

    def _text(
        self, sources: Sequence[str], accept: Callable[[str, str], str | None] | None = None
    ) -> Field | None:
        """Take the first text that is not empty when clean, and that accept does not refuse."""
        for source, raw in self._candidates(sources):
            text: str | None = clean_text(raw)
            if text and accept is not None:
                text = accept(text, source)
            if text:
                return Field(source, text=text)
        return None

    def _title(self) -> Field | None:
        field = self._text(precedence.RECIPE_TITLE)
        if field is None:
            return None
        if field.source == "jsonld:recipe.name":
            return field
        title = without_site_name(field.text, self._site_names)
        page_titles = [clean_text(raw) for raw in self._findings.texts.get("title", ())]
        headings = [h1 for h1 in self._headings if letters_of(h1) not in self._site_letters()]
        heading = prefer_heading(title, headings, "".join(page_titles[:1]))
        return Field("h1", text=heading) if heading else Field(field.source, text=title)

    def _author(self) -> Field | None:
        if self._findings.texts.get("jsonld:product"):
            return None
        refused = self._site_letters()
        return self._text(
            precedence.AUTHOR, lambda text, source: clean_author(text, source, refused)
        )

    def _published_at(self) -> Field | None:
        if self._findings.texts.get("jsonld:product"):
            return None
        for source, raw in self._candidates(precedence.PUBLISHED_AT):
            day = parse_day(clean_text(raw), self._language)
            if day is not None:
                return Field(source, day=(day.year, day.month, day.day))
        return None

    def _price(self) -> Field | None:
        for source in precedence.PRICE:
            for raw in self._findings.prices.get(source, ()):
                price = parse_price(raw)
                if price is not None:
                    return Field(source, price=price)
        return None

    def _rating(self) -> Field | None:
        for source in precedence.RATING:
            for raw in self._findings.ratings.get(source, ()):
                rating = parse_rating(raw)
                if rating is not None:
                    return Field(source, rating=rating)
        return None

    def _choose_language(self) -> str:
        for _, raw in self._candidates(precedence.LANGUAGE):
            match = _LANGUAGE.match(raw.strip())
            if match:
                language, script, region = match.groups()
                parts = [language.lower(), script and script.title(), region and region.upper()]
                return "-".join(part for part in parts if part)
        return ""

    def _canonical(self) -> str:
        """Take the page's own word for its URL where it names its own host."""
        for _, raw in self._candidates(precedence.CANONICAL):
            url = self._document.resolve(raw)
            if url and are_same_or_twins(_host_of(url), self._host):
                return url.partition("#")[0]
        return self._document.url

    def _image_candidates(self) -> dict[str, list[str]]:
        candidates = {"favicon": icon_candidates(self._document)}
        for name, sources in _IMAGES.items():
            urls = (self._document.resolve(raw) for _, raw in self._candidates(sources))
            candidates[name] = list(dict.fromkeys(url for url in urls if url))[
                :MAX_IMAGE_CANDIDATES
            ]
        return candidates

    def _add_derived_names(self) -> None:
        self._findings.add("host", self._host.removeprefix("www."))
        for raw in self._findings.texts.get("title", ())[:1]:
            segment = segment_like_host(clean_text(raw), self._host)
            self._findings.add("title:segment", segment)

    def _known_site_names(self) -> list[str]:
        names = [clean_text(raw) for _, raw in self._candidates(precedence.SITE_NAME)]
        handles = [raw.strip().lstrip("@") for raw in self._findings.texts.get("twitter:site", ())]
        return [*names, *handles, self._host, host_label(self._host)]

    def _site_letters(self) -> set[str]:
        """Spell the site's own names; a publisher may be a person who writes, so it is none."""
        sources = [source for source in precedence.SITE_NAME if source not in _PUBLISHERS]
        names = [raw for _, raw in self._candidates(sources)]
        return {letters_of(name) for name in [*names, self._host, host_label(self._host)]}


def _host_of(url: str) -> str:
    """Return the host of a URL in normal form."""
    return urlsplit(url).hostname or ""
