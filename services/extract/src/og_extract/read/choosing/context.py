from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

from og_extract.read import precedence
from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document
from og_extract.read.markup.languages import home_of, language_tag, region_of, territory_of
from og_extract.read.markup.text import clean_text, letters_of
from og_extract.read.markup.wording import Wording
from og_extract.read.sources.headings import MIN_HEADLINE_SHARE
from og_extract.read.sources.site_names import host_label
from og_extract.read.sources.subjects import Subject, subject_of
from og_extract.read.sources.surroundings import near_headline
from og_extract.read.values.prices import Price, local_currency, parse_price

_TAGGED_TITLES: Final = ("og:title", "twitter:title", "jsonld:headline", "jsonld:name")
_PRODUCT_NAMES: Final = ("jsonld:name", "microdata:name", "rdfa:name")
_BYLINES: Final = ("rel:author", "byline", "byline:loose", "text:label")
_PUBLISHERS: Final = ("jsonld:publisher.name", "jsonld:Organization.name")


class Context:
    """A page's document and findings, and what judging one field takes from others."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self.document = document
        self.findings = findings
        self.host = urlsplit(document.url).hostname or ""

    @cached_property
    def language(self) -> str:
        """The page's language, a BCP 47 tag, or nothing."""
        tags = (language_tag(raw) for _, raw in self.offers(precedence.LANGUAGE))
        return next(filter(None, tags), "")

    @cached_property
    def territory(self) -> str:
        """The ISO 3166 code of the country that the page is for, as address or language tell."""
        return territory_of(self.host) or region_of(self.language) or home_of(self.language)

    @cached_property
    def currencies(self) -> list[str]:
        """What the page's prices are in: by its tags, else by the country of its address."""
        tagged = [
            code
            for name in ("product:price:currency", "og:price:currency", "pricecurrency")
            for code in self.document.metas.get(name, ())
        ]
        return [*tagged, local_currency(territory_of(self.host))]

    @cached_property
    def locale(self) -> str:
        """The page's language with the region that it is written for."""
        if not self.language or region_of(self.language) or not territory_of(self.host):
            return self.language
        return f"{self.language}-{territory_of(self.host)}"

    @cached_property
    def subject(self) -> Subject:
        """What the page is about."""
        return subject_of(self.document.url, self.findings)

    @cached_property
    def price(self) -> Price | None:
        """What the page's product costs now."""
        prices = (parse_price(raw, self.territory) for _, raw in self.offers(precedence.PRICE))
        return next(filter(None, prices), None)

    @cached_property
    def site_names(self) -> list[str]:
        """Every name by which the page calls its site, among them the host's."""
        names = [clean_text(raw) for _, raw in self.offers(precedence.SITE_NAME)]
        handles = [raw.strip().lstrip("@") for raw in self.findings.of("twitter:site")]
        return [*names, *handles, self.host, host_label(self.host)]

    @cached_property
    def site_hints(self) -> list[str]:
        """What else the site may be called; finding out takes a walk through the page."""
        return [clean_text(raw) for _, raw in self.offers(precedence.SITE_NAME_HINTS)]

    @cached_property
    def site_letters(self) -> frozenset[str]:
        """The letters of the site's own names; a publisher may be a person who writes."""
        sources = [source for source in precedence.SITE_NAME if source not in _PUBLISHERS]
        names = [clean_text(raw) for _, raw in self.offers(sources)]
        return frozenset(map(letters_of, [*names, self.host, host_label(self.host)]))

    @cached_property
    def title_words(self) -> Wording:
        """The words of what the page's tags, data and address call it."""
        wording = Wording(clean_text(raw) for raw in self.findings.of("jsonld:headline"))
        wording.words |= self.document.title_wording.words
        return wording

    @cached_property
    def titles(self) -> list[str]:
        """The titles that tags give, <title> among them."""
        tagged = [clean_text(raw) for _, raw in self.offers(_TAGGED_TITLES)]
        return [*tagged, self.document.title]

    @cached_property
    def tagged_titles(self) -> frozenset[str]:
        """The letters of the titles that tags give, and of a product's name."""
        return frozenset(map(letters_of, [*self.titles[:-1], self.product_name])) - {""}

    @cached_property
    def product_name(self) -> str:
        """What data call the product that the page is about, or nothing."""
        sources = _PRODUCT_NAMES if self.subject is Subject.PRODUCT else ()
        return next((clean_text(raw) for _, raw in self.offers(sources)), "")

    @cached_property
    def is_product_named(self) -> bool:
        """Whether data name the product much as the page's titles or address do."""
        return self.title_words.share_of(self.product_name) >= MIN_HEADLINE_SHARE

    @cached_property
    def has_tagged_heading(self) -> bool:
        """Whether one of the headings is, to the letter, what tags call the page."""
        headings = map(letters_of, map(clean_text, self.findings.of("heading")))
        return any(letters in self.tagged_titles for letters in headings)

    def shows_author(self, names: str) -> bool:
        """Tell whether the first of these names is shown near the headline or in a byline."""
        first = letters_of(names.split(",", maxsplit=1)[0])
        near = near_headline(self.document)
        shown = [run.text for run in (*near.soon, *near.before, *near.later)]
        shown += [raw for _, raw in self.offers(_BYLINES)]
        return any(first in letters_of(text) for text in shown)

    def offers(self, sources: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """List what sources hold, as (source, value)."""
        for source in sources:
            for raw in self.findings.of(source):
                yield source, raw
