"""Reader of schema.org data in itemprop attributes."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from og_extract.read.document import Document, ancestors, visible_text
from og_extract.read.findings import Findings, RawPrice, RawRating

MAX_ITEMPROPS = 1_000
_TEXTS = (
    "headline",
    "name",
    "description",
    "author",
    "datePublished",
    "dateCreated",
    "brand",
    "category",
    "image",
)
_URL_ATTRIBUTES = {"img": "src", "a": "href", "link": "href", "source": "src"}
_ASIDES = frozenset({"review", "reviews", "isrelatedto", "issimilarto", "comment"})


def read_microdata(document: Document, findings: Findings) -> None:
    """Note the properties of items, leaving out reviews and related things."""
    by_name: dict[str, list[LexborNode]] = {}
    for node in document.tree.css("[itemprop]")[:MAX_ITEMPROPS]:
        if not _is_aside(node):
            for name in (node.attributes.get("itemprop") or "").split():
                by_name.setdefault(name, []).append(node)
    for name in _TEXTS:
        for node in by_name.get(name, ())[:8]:
            if name != "name" or _is_main_name(node):
                findings.add(f"microdata:{name}", _value(node))
    _read_price(by_name, findings)
    _read_rating(by_name, findings)


def _read_price(by_name: dict[str, list[LexborNode]], findings: Findings) -> None:
    currency = _first(by_name, "priceCurrency")
    for name in ("price", "lowPrice"):
        for node in by_name.get(name, ())[:4]:
            findings.add("microdata:price", RawPrice(_value(node), currency))


def _read_rating(by_name: dict[str, list[LexborNode]], findings: Findings) -> None:
    value = _first(by_name, "ratingValue")
    if value:
        count = _first(by_name, "ratingCount") or _first(by_name, "reviewCount")
        rating = RawRating(value, _first(by_name, "bestRating"), count)
        findings.add("microdata:aggregateRating", rating)


def _first(by_name: dict[str, list[LexborNode]], name: str) -> str:
    nodes = by_name.get(name, ())
    return _value(nodes[0]) if nodes else ""


def _value(node: LexborNode) -> str:
    attributes = node.attributes
    given = attributes.get("content") or attributes.get("datetime")
    if given:
        return given
    url = attributes.get(_URL_ATTRIBUTES.get(node.tag or "", ""))
    if url and node.tag != "a":
        return url
    name = node.css_first('[itemprop="name"]') if "itemscope" in attributes else None
    return visible_text(name or node) or (name.attributes.get("content") or "" if name else "")


def _is_main_name(node: LexborNode) -> bool:
    """Tell whether a name is of the page's main kind of item, not of a person or offer in it."""
    for parent in ancestors(node):
        if "itemscope" in parent.attributes:
            kind = (parent.attributes.get("itemtype") or "").rpartition("/")[2]
            return kind.endswith(("Article", "BlogPosting", "Recipe", "Product", "Event", "Book"))
    return False


def _is_aside(node: LexborNode) -> bool:
    for parent in ancestors(node):
        names = (parent.attributes.get("itemprop") or "").lower().split()
        kind = (parent.attributes.get("itemtype") or "").rpartition("/")[2]
        if not _ASIDES.isdisjoint(names) or kind in {"Review", "Comment", "UserComments"}:
            return True
    return False
