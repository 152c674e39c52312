"""Extruct as an entrant: the data it finds, with the usual order of sources laid over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import extruct

from bench.extract.protocol import Page, serve

# Of what it knows, where the values are; RDFa, microformats and Dublin Core would add time only.
SYNTAXES = ["json-ld", "microdata", "opengraph"]
MAX_DEPTH = 8
_MAIN = (
    *("Product", "ProductGroup", "Recipe", "NewsArticle", "BlogPosting", "Article", "TechArticle"),
    *("ScholarlyArticle", "Report", "VideoObject", "Event", "WebPage"),
)


def read(page: Page) -> tuple[str, dict[str, Any]]:
    """Read a page."""
    found: dict[str, Any] = extruct.extract(
        page.html, base_url=page.url, syntaxes=SYNTAXES, uniform=True, errors="ignore"
    )
    return page.url, found


def values(told: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Take each field from Open Graph or from the main entity, whichever people see."""
    base, found = told
    nodes = [*_nodes(found.get("json-ld")), *_nodes(found.get("microdata"))]
    main = next((node for kind in _MAIN for node in nodes if kind in _types(node)), {})
    site = next((node for node in nodes if "WebSite" in _types(node)), {})
    graph: dict[str, Any] = next(iter(found.get("opengraph") or ()), {})
    offer = _first(main.get("offers"))
    if "AggregateOffer" in _types(offer) and "offers" in offer and "lowPrice" not in offer:
        offer = _first(offer["offers"])
    specification = _first(offer.get("priceSpecification"))
    rating = _first(main.get("aggregateRating"))
    return {
        "title": graph.get("og:title") or main.get("headline") or _name(main),
        "description": graph.get("og:description") or main.get("description"),
        "siteName": graph.get("og:site_name") or _name(site) or _name(main.get("publisher")),
        "author": ", ".join(filter(None, map(_name, _listed(main.get("author"))))) or None,
        "publishedAt": main.get("datePublished") or graph.get("article:published_time"),
        "image": _absolute(base, graph.get("og:image") or _url(main.get("image"))),
        "lang": main.get("inLanguage") or graph.get("og:locale"),
        "price": offer.get("price")
        or offer.get("lowPrice")
        or specification.get("price")
        or graph.get("product:price:amount")
        or graph.get("og:price:amount"),
        "currency": offer.get("priceCurrency")
        or specification.get("priceCurrency")
        or graph.get("product:price:currency")
        or graph.get("og:price:currency"),
        "rating": rating.get("ratingValue"),
        "ratingCount": rating.get("ratingCount") or rating.get("reviewCount"),
        "url": _absolute(base, graph.get("og:url") or _url(main.get("url"))),
        "brand": _name(main.get("brand")) or graph.get("product:brand"),
        "availability": offer.get("availability") or graph.get("product:availability"),
    }


def _nodes(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    for node in _listed(value):
        if isinstance(node, dict) and depth < MAX_DEPTH:
            yield node
            yield from _nodes(node.get("@graph"), depth + 1)
            yield from _nodes(node.get("mainEntity"), depth + 1)


def _types(node: dict[str, Any]) -> list[str]:
    return [str(it).rpartition("/")[2] for it in _listed(node.get("@type"))]


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _first(value: object) -> dict[str, Any]:
    return next((it for it in _listed(value) if isinstance(it, dict)), {})


def _name(value: object) -> str | None:
    named = next(iter(_listed(value)), None)
    if isinstance(named, dict):
        named = next(iter(_listed(named.get("name"))), None)
    return named if isinstance(named, str) else None


def _url(value: object) -> str | None:
    named = next(iter(_listed(value)), None)
    if isinstance(named, dict):
        named = named.get("url") or named.get("contentUrl") or named.get("@id")
    return named if isinstance(named, str) else None


def _absolute(base: str, url: str | None) -> str | None:
    try:
        return urljoin(base, url) if url else None
    except ValueError:
        return None


if __name__ == "__main__":
    serve(read, values)
