from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from og_extract.read.sources.schema_org.nodes import TEXT, Node, first, listed, text_of, types_of

MAX_NODES = 5_000
MAX_VALUES = 16
"""Of one property."""
MIN_MAIN_PROPERTIES = 3
FULL_PROPERTIES = 12
"""Of nodes as full as this, the first is the main one."""

# Descending into these would make a neighbour of the page its main entity, and whoever invites or
# employs the owner of the site.
_ASIDES = frozenset(
    {
        "comment",
        "hasPart",
        "hiringOrganization",
        "isRelatedTo",
        "isSimilarTo",
        "itemListElement",
        "mentions",
        "organizer",
        "performer",
        "relatedLink",
        "review",
        "reviews",
    }
)


class Graph:
    """All nodes of a page in one syntax, those with an @id findable by it."""

    def __init__(self, roots: Iterable[object]) -> None:
        self.nodes: list[Node] = []
        self.roots: list[Node] = []
        self._by_id: dict[str, Node] = {}
        for root in roots:
            self.roots += _roots(root)
            self._collect(root)
        self._types = [(types_of(node), node) for node in self.nodes]

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
        return [node for own, node in self._types if not types.isdisjoint(own)]

    def alone(self, types: frozenset[str]) -> list[Node]:
        """Give the only node of these types that is no property of another one, if so."""
        nodes = [node for node in self.roots if not types.isdisjoint(types_of(node))]
        return nodes if len(nodes) == 1 else []

    def main_entity(
        self, order: Iterable[frozenset[str]], is_titled: Callable[[str], bool]
    ) -> Node | None:
        """Choose the node that the page is about.

        That is the fullest of the first of these kinds whose name is like the page's title, or
        else of the first kind that is there.
        """
        others: list[Node] = []
        for types in order:
            nodes = [node for node in self.of_types(types) if _says_something(node)]
            titled = [node for node in nodes if any(map(is_titled, _names(node)))]
            if titled:
                return _fullest(titled)
            others = others or nodes
        return _fullest(others) if others else None

    def values(self, value: object) -> Iterator[object]:
        """List a property's values, references resolved."""
        return map(self.resolved, listed(value)[:MAX_VALUES])

    def nodes_at(self, value: object) -> Iterator[Node]:
        """List those of a property's values that are nodes."""
        return (item for item in self.values(value) if isinstance(item, dict))

    def names(self, value: object) -> Iterator[str]:
        """List the names of persons or organisations, given as text, node, reference or list."""
        for item in self.values(value):
            name = _name_of(item) if isinstance(item, dict) else item
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


def _roots(parsed: object) -> list[Node]:
    """List the nodes that are no property of another one."""
    nodes = [node for node in listed(parsed)[:MAX_NODES] if isinstance(node, dict)]
    inner = (it for node in nodes for it in listed(node.get("@graph"))[:MAX_NODES])
    return [*nodes, *(it for it in inner if isinstance(it, dict))]


def _says_something(node: Node) -> bool:
    """Tell nodes from mere mentions."""
    return len(node) >= MIN_MAIN_PROPERTIES or "price" in node


def _fullest(nodes: list[Node]) -> Node:
    return max(nodes, key=lambda node: min(len(node), FULL_PROPERTIES))


def _names(node: Node) -> list[str]:
    return [text_of(node.get(key)) for key in ("headline", "name") if node.get(key)]


def _name_of(node: Node) -> object:
    whole = f"{text_of(node.get('givenName'))} {text_of(node.get('familyName'))}".strip()
    return first(node.get("name")) or whole or node.get(TEXT)
