from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from og_extract.read.sources.schema_org.graph import Graph
from og_extract.read.sources.schema_org.nodes import Node, listed, text_of

MAX_CRUMBS = 16


def breadcrumb_of(graph: Graph, trail: Node) -> str:
    """Name the pages that lead to this one, outermost first, with " / " between them.

    Neither the site's front page nor this page itself, which ends the trail, is one of them.
    """
    crumbs = [
        it for it in listed(trail.get("itemListElement"))[:MAX_CRUMBS] if isinstance(it, dict)
    ]
    crumbs.sort(key=_position)
    return " / ".join(_names(graph, crumbs[:-1]))


def _names(graph: Graph, crumbs: list[Node]) -> Iterator[str]:
    for crumb in crumbs:
        item = graph.resolved(crumb.get("item"))
        named = item if isinstance(item, dict) else {"@id": item}
        name = text_of(crumb.get("name")) or text_of(named.get("name"))
        url = text_of(named.get("@id")) or text_of(named.get("url"))
        if name and not _is_front_page(url):
            yield name.replace("/", "-")


def _is_front_page(url: str) -> bool:
    try:
        return bool(url) and urlsplit(url).path in {"", "/"}
    except ValueError:
        return False


def _position(crumb: Node) -> int:
    text = text_of(crumb.get("position"))
    return int(text) if text.isascii() and text.isdigit() else 0
