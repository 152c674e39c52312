"""What a page is about, as far as fields depend on it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from og_extract.read.findings import Findings
from og_extract.read.sources.schema_org.schema import ARTICLES, PRODUCTS, RECIPES


class Subject(StrEnum):
    """What a page is about."""

    PRODUCT = "product"
    """No author and no date of publication: those on such pages are of reviews."""
    FRONT_PAGE = "front page"
    """As with a product. What a tag leads to is one too."""
    RECIPE = "recipe"
    ARTICLE = "article"
    OTHER = "other"


_BY_SCHEMA: Final = (
    (Subject.PRODUCT, PRODUCTS),
    (Subject.RECIPE, RECIPES),
    (Subject.ARTICLE, ARTICLES),
)
_BY_OPEN_GRAPH: Final = {
    "product": Subject.PRODUCT,
    "product.item": Subject.PRODUCT,
    "og:product": Subject.PRODUCT,
    "article": Subject.ARTICLE,
}
# Also of a site in several languages.
_FRONT_PATH = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default|forum)\.\w{3,5})?", re.IGNORECASE
)
_TAG_PATH = re.compile(r"/tags?/[^/]+/?$", re.IGNORECASE)
SHOP_SIGNS: Final = ("html:price", "html:stock", "html:cart")
_PRICES: Final = ("og:price:amount", "product:price:amount")


def subject_of(url: str, findings: Findings) -> Subject:
    """Tell by what the page says of itself, then by whether it sells something.

    Several prices without a button to buy are a list, or a table in an article.
    """
    subject = declared_subject(url, findings)
    if subject is not Subject.OTHER:
        return subject
    prices = {price.amount for price in findings.of("html:price")}
    is_shop = len(prices) == 1 or findings.of("html:stock")
    return Subject.PRODUCT if is_shop or (prices and findings.of("html:cart")) else subject


def declared_subject(url: str, findings: Findings) -> Subject:
    """Tell by the address, then by schema.org's types, then by Open Graph's."""
    path = urlsplit(url).path
    if _FRONT_PATH.fullmatch(path) or _TAG_PATH.search(path):
        return Subject.FRONT_PAGE
    for source in ("jsonld:@type", "microdata:@type", "rdfa:@type"):
        for subject, types in _BY_SCHEMA:
            if not types.isdisjoint(findings.of(source)):
                return subject
    if any(findings.of(source) for source in _PRICES):
        return Subject.PRODUCT
    kind = (findings.first("og:type") or "").strip().lower()
    return _BY_OPEN_GRAPH.get(kind, Subject.OTHER)
