"""What schema.org says about what a product costs, whether it can be had, and its rating."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from og_extract.read.findings import RawPrice, RawRating
from og_extract.read.sources.schema_org.graph import Graph
from og_extract.read.sources.schema_org.nodes import TEXT, Node, first, listed, text_of, types_of
from og_extract.read.sources.schema_org.schema import OFFERS, RATINGS
from og_extract.read.values.availability import parse_availability

MAX_DEPTH = 2
"""Of offers within an offer."""

# In the order in which they tell what a buyer pays now. Some shop systems write "lowprice".
_AMOUNTS: Final = ("price", "lowPrice", "lowprice")
_WITHIN_AMOUNTS: Final = ("sales", "value", "price", "amount")
_COUNTS: Final = ("ratingCount", "reviewCount", "votes", "count")
_SOLD_OUT: Final = frozenset({"Discontinued", "OutOfStock", "SoldOut"})
_LIST_PRICES: Final = ("listprice", "srp", "strikethroughprice", "suggestedretailprice", "msrp")


def offers_of(graph: Graph, product: Node) -> list[Node]:
    """List a product's offers, then those of its variants, each before the offers within it.

    A product that itself has a price is its own offer; an offer of nothing is the page's where it
    is alone. Offers of what is sold out come last: others tell what a buyer pays.
    """
    offers: list[Node] = []
    for node in (product, *graph.nodes_at(product.get("hasVariant"))):
        offers += _offers_within(graph, node, MAX_DEPTH)
        offers += [node] if any(key in node for key in _AMOUNTS) else []
    return sorted(offers or graph.alone(OFFERS), key=lambda offer: stock_of(offer) in _SOLD_OUT)


def _offers_within(graph: Graph, node: Node, depth: int) -> Iterator[Node]:
    for offer in graph.nodes_at(node.get("offers")):
        yield offer
        if depth:
            yield from _offers_within(graph, offer, depth - 1)


def stock_of(offer: Node) -> str:
    """Return whether an offer's thing can be had, in schema.org's words where it is so given."""
    given = first(offer.get("availability"))
    text = _text_at(given, "@id", "name") if isinstance(given, dict) else text_of(given)
    return parse_availability(text) or text


def prices_of(graph: Graph, offer: Node) -> Iterator[RawPrice]:
    """List an offer's prices."""
    currency = _text_at(offer, "priceCurrency", "currency")
    for node in (offer, *graph.nodes_at(offer.get("priceSpecification"))):
        if _kind_of_price(node) in _LIST_PRICES:
            continue
        for key in _AMOUNTS:
            amount = _amount(node.get(key))
            if amount:
                own = text_of(node.get("priceCurrency")) or _inner(node.get(key), "currency")
                yield RawPrice(amount, own or currency, shown=text_of(offer.get(TEXT)))


def list_prices_of(graph: Graph, offer: Node) -> Iterator[RawPrice]:
    """List the prices that an offer is compared with."""
    currency = text_of(offer.get("priceCurrency"))
    for node in graph.nodes_at(offer.get("priceSpecification")):
        if _kind_of_price(node) in _LIST_PRICES:
            amount = _amount(node.get("price"))
            if amount:
                yield RawPrice(amount, text_of(node.get("priceCurrency")) or currency)


def _kind_of_price(node: Node) -> str:
    return text_of(node.get("priceType")).rpartition("/")[2].lower()


def _amount(value: object) -> str:
    """Return an amount, which may be wrapped, and the wrapping too."""
    head = first(value)
    for _ in _WITHIN_AMOUNTS:
        if not isinstance(head, dict):
            break
        head = next((first(head[key]) for key in _WITHIN_AMOUNTS if key in head), None)
    return text_of(head)


def _inner(value: object, name: str) -> str:
    """Return what stands beside a wrapped amount."""
    head = first(value)
    while isinstance(head, dict):
        if name in head:
            return text_of(head[name])
        head = next((first(head[key]) for key in _WITHIN_AMOUNTS if key in head), None)
    return ""


def ratings_of(graph: Graph, main: Node) -> Iterator[RawRating]:
    """List what a thing is rated; that of nothing else counts where there is only one."""
    given = graph.nodes_at([*listed(main.get("aggregateRating")), *listed(main.get("review"))])
    own = [node for node in given if "review" not in types_of(node)]
    for node in own or graph.alone(RATINGS) or [main]:
        rating = _rating(graph, node)
        if rating.value:
            yield rating


def _rating(graph: Graph, node: Node) -> RawRating:
    """Read a rating; the older vocabulary's may have its value and scale in a node within."""
    inner = next(graph.nodes_at(node.get("rating")), node)
    value = _text_at(inner, "ratingValue", "average", "value", "rating")
    counts = [text_of(node.get(name)) for name in _COUNTS]
    count = next((count for count in counts if count not in {"", "0"}), "")
    return RawRating(value, _text_at(inner, "bestRating", "best"), count)


def _text_at(node: Node, *names: str) -> str:
    return next(filter(None, (text_of(node.get(name)) for name in names)), "")
