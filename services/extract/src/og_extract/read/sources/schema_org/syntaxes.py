"""The three syntaxes in which pages write schema.org data, read into the same nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from selectolax.lexbor import LexborNode

from og_extract.read.markup.document import Document, ancestors, named_in, visible_text
from og_extract.read.sources.schema_org.nodes import TEXT, Node
from og_extract.read.sources.schema_org.schema import spelled
from og_extract.read.sources.schema_org.scripts import parse_script

MAX_SCRIPTS = 64
MAX_PROPERTIES = 1_000
MAX_NAMES = 8
"""Of one property."""

_URL_ATTRIBUTES: Final = {
    "img": "src",
    "link": "href",
    "source": "src",
    "video": "src",
    "audio": "src",
    "iframe": "src",
    "object": "data",
    "embed": "src",
}
_LAZY_ATTRIBUTES: Final = ("data-src", "data-lazy-src", "data-original")
# Of links, people read the text, except where the property is an address itself.
_NAMED: Final = frozenset({"author", "brand", "creator", "manufacturer", "publisher"})
_ADDRESSES: Final = frozenset({"url", "image", "availability", "sameAs", "logo", "contentUrl"})


def json_ld_roots(document: Document) -> Iterator[Any]:
    """Give the values of all JSON-LD scripts."""
    scripts = (
        node
        for node in document.tagged("script")
        if "ld+json" in (node.attributes.get("type") or "").lower()
    )
    for script in islice(scripts, MAX_SCRIPTS):
        yield from parse_script(script.text() or "")


@dataclass(frozen=True, slots=True)
class Markup:
    """The names of the attributes that mark data up in HTML itself."""

    scope: str
    kind: str
    property: str


MICRODATA: Final = Markup("itemscope", "itemtype", "itemprop")
RDFA: Final = Markup("typeof", "typeof", "property")


def markup_roots(document: Document, markup: Markup) -> list[Node]:
    """List the items that are no property of another one, wherever they stand.

    That is how the standard of microdata has it: themes make <body> a WebPage, which hides nothing.
    Properties outside any item make one more, of no type: some pages forget the item.
    """
    roots: list[Node] = []
    items: dict[int, Node] = {}
    stray: Node = {"@type": "Thing"}
    for node in (document.annotated if markup is MICRODATA else document.rdfa)[:MAX_PROPERTIES]:
        attributes = node.attributes
        value: Any = None
        if markup.scope in attributes:
            value = {"@type": (attributes.get(markup.kind) or "").split()}
            items[node.mem_id] = value
        names = (attributes.get(markup.property) or "").split(None, MAX_NAMES)[:MAX_NAMES]
        if value is not None and "offers" in names:
            value[TEXT] = visible_text(node)
        if value is not None and not _NAMED.isdisjoint(map(spelled, names)):
            value[TEXT] = attributes.get("content") or named_in(node)
        owner = next((items[p.mem_id] for p in ancestors(node) if p.mem_id in items), None)
        if value is not None and (owner is None or not names):
            roots.append(value)
        elif names and not (owner is None and markup is RDFA):
            owner = stray if owner is None else owner
            for name in map(spelled, names):
                owner.setdefault(name, []).append(_value(node, name) if value is None else value)
    return [*roots, stray] if len(stray) > 1 else roots


def _value(node: LexborNode, name: str) -> str:
    attributes = node.attributes
    given = attributes.get("content") or attributes.get("datetime")
    if given:
        return given
    tag = node.tag or ""
    if name in _NAMED:
        return named_in(node)
    if tag == "abbr" and attributes.get("title"):
        return attributes["title"] or ""
    attribute = _URL_ATTRIBUTES.get(tag, "href" if tag == "a" and name in _ADDRESSES else "")
    url = attributes.get(attribute) or ""
    if url.startswith("data:"):  # a picture that scripts load later
        url = next(filter(None, map(attributes.get, _LAZY_ATTRIBUTES)), "") or url
    return url or visible_text(node)
