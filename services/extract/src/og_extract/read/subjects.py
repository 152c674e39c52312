"""What a page is about, as far as fields depend on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from og_extract.read.findings import Findings


class Subject(StrEnum):
    """What a page is about."""

    PRODUCT = "product"
    """No author and no date of publication: those on such pages are of reviews."""
    RECIPE = "recipe"
    ARTICLE = "article"
    OTHER = "other"


_BY_SCHEMA: Final = (
    (Subject.PRODUCT, ("Product", "ProductGroup", "IndividualProduct", "ProductModel")),
    (Subject.RECIPE, ("Recipe",)),
    (Subject.ARTICLE, ("Article", "BlogPosting", "Posting", "Report")),
)
_BY_OPEN_GRAPH: Final = {
    "product": Subject.PRODUCT,
    "product.item": Subject.PRODUCT,
    "og:product": Subject.PRODUCT,
    "article": Subject.ARTICLE,
}
_PRICES: Final = ("og:price:amount", "product:price:amount")


def subject_of(findings: Findings) -> Subject:
    """Tell by schema.org's types, then by Open Graph's."""
    for source in ("jsonld:@type", "microdata:itemtype"):
        for name in findings.of(source):
            for subject, endings in _BY_SCHEMA:
                if name.endswith(endings):
                    return subject
    if any(findings.of(source) for source in _PRICES):
        return Subject.PRODUCT
    kind = (findings.first("og:type") or "").strip().lower()
    return _BY_OPEN_GRAPH.get(kind, Subject.OTHER)
