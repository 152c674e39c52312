"""What a page is about, as far as fields depend on it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from og_extract.read.findings import Findings
from og_extract.read.schema_org.schema import ARTICLES, PRODUCTS, RECIPES


class Subject(StrEnum):
    """What a page is about."""

    PRODUCT = "product"
    """No author and no date of publication: those on such pages are of reviews."""
    FRONT_PAGE = "front page"
    """As with a product."""
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
SHOP_SIGNS: Final = ("html:price", "html:stock")
_PRICES: Final = ("og:price:amount", "product:price:amount")


def subject_of(url: str, findings: Findings) -> Subject:
    """Tell by what the page says of itself, then by whether it shows a price by its headline."""
    subject = declared_subject(url, findings)
    if subject is Subject.OTHER and any(map(findings.of, SHOP_SIGNS)):
        return Subject.PRODUCT
    return subject


def declared_subject(url: str, findings: Findings) -> Subject:
    """Tell by the address, then by schema.org's types, then by Open Graph's."""
    if _FRONT_PATH.fullmatch(urlsplit(url).path):
        return Subject.FRONT_PAGE
    for source in ("jsonld:@type", "microdata:@type", "rdfa:@type"):
        for name in findings.of(source):
            for subject, types in _BY_SCHEMA:
                if name in types:
                    return subject
    if any(findings.of(source) for source in _PRICES):
        return Subject.PRODUCT
    kind = (findings.first("og:type") or "").strip().lower()
    return _BY_OPEN_GRAPH.get(kind, Subject.OTHER)
