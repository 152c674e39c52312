from __future__ import annotations

from collections.abc import Iterator

from og_extract.read.document import Document
from og_extract.read.json_ld.nodes import Node, first, listed, types_of
from og_extract.read.json_ld.schema import MAIN_ORDER
from og_extract.read.json_ld.scripts import parse_script

MAX_SCRIPTS = 64
MAX_NODES = 5_000
MAX_VALUES = 8
"""Of one property."""
MIN_MAIN_PROPERTIES = 3
FULL_PROPERTIES = 12
"""Of nodes as full as this, the first is the main one."""

# Descending into these would make a neighbour of the page its main entity.
_ASIDES = frozenset(
    {"review", "reviews", "isRelatedTo", "isSimilarTo", "itemListElement", "comment", "hasPart"}
)


class Graph:
    """All nodes of a page's scripts, those with an @id findable by it."""

    def __init__(self, document: Document) -> None:
        self.nodes: list[Node] = []
        self._by_id: dict[str, Node] = {}
        for script in document.tree.css('script[type*="ld+json" i]')[:MAX_SCRIPTS]:
            self._collect(parse_script(script.text() or ""))

    def _collect(self, parsed: object) -> None:
        stack = [parsed]
        while stack and len(self.nodes) < MAX_NODES:
            value = stack.pop()
            if isinstance(value, list):
                stack.extend(reversed(value[:MAX_NODES]))
            elif isinstance(value, dict):
                self._add(value)
                inner = [item for key, item in value.items() if key not in _ASIDES]
                stack.extend(item for item in reversed(inner) if isinstance(item, (list, dict)))

    def _add(self, node: Node) -> None:
        self.nodes.append(node)
        name = node.get("@id")
        if isinstance(name, str) and len(node) > len(self._by_id.get(name, ())):
            self._by_id[name] = node

    def resolved(self, value: object) -> object:
        """Follow a bare reference to the node it names."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str):
            return self._by_id.get(value["@id"], value)
        return value

    def of_types(self, types: frozenset[str]) -> list[Node]:
        """List the nodes of any of these types."""
        return [node for node in self.nodes if not types.isdisjoint(types_of(node))]

    def main_entity(self) -> Node | None:
        """Choose the node that the page is about: the fullest of the most telling kind."""
        for types in MAIN_ORDER:
            nodes = [node for node in self.of_types(types) if len(node) >= MIN_MAIN_PROPERTIES]
            if nodes:
                return max(nodes, key=lambda node: min(len(node), FULL_PROPERTIES))
        return None

    def values(self, value: object) -> Iterator[object]:
        """List a property's values, references resolved."""
        return map(self.resolved, listed(value)[:MAX_VALUES])

    def nodes_at(self, value: object) -> Iterator[Node]:
        """List those of a property's values that are nodes."""
        return (item for item in self.values(value) if isinstance(item, dict))

    def names(self, value: object) -> Iterator[str]:
        """List the names of persons or organisations, given as text, node, reference or list."""
        for item in self.values(value):
            name = first(item.get("name")) if isinstance(item, dict) else item
            if isinstance(name, str) and name.strip():
                yield name.strip()

    def image_urls(self, value: object) -> Iterator[str]:
        """List the URLs of pictures, given as text or as ImageObject."""
        for item in self.values(value):
            url = item
            if isinstance(item, dict):
                url = first(item.get("url") or item.get("contentUrl") or item.get("@id"))
            if isinstance(url, str):
                yield url
