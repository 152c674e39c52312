"""What schema.org says about what a product costs and how it is rated."""

from __future__ import annotations

from collections.abc import Iterator

from og_extract.read.findings import RawPrice, RawRating
from og_extract.read.json_ld.graph import Graph
from og_extract.read.json_ld.nodes import Node, text_of


def offers_of(graph: Graph, product: Node) -> Iterator[Node]:
    """List a product's offers, then those of its variants, each before the offers within it."""
    for node in (product, *graph.nodes_at(product.get("hasVariant"))):
        for offer in graph.nodes_at(node.get("offers")):
            yield offer
            yield from list(graph.nodes_at(offer.get("offers")))[:1]


def prices_of(graph: Graph, offer: Node) -> Iterator[RawPrice]:
    """List an offer's prices."""
    currency = text_of(offer.get("priceCurrency"))
    for node in (offer, *graph.nodes_at(offer.get("priceSpecification"))):
        for key in ("price", "lowPrice"):
            amount = text_of(node.get(key))
            if amount:
                yield RawPrice(amount, text_of(node.get("priceCurrency")) or currency)


def rating_of(node: Node) -> RawRating:
    """Read an AggregateRating."""
    count = text_of(node.get("ratingCount")) or text_of(node.get("reviewCount"))
    return RawRating(text_of(node.get("ratingValue")), text_of(node.get("bestRating")), count)
