from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from og_extract.read.markup.text import MAX_RAW_CHARS, clean_text
from og_extract.read.markup.wording import Wording
from og_urls import resolve_url

MAX_TAGGED = 2_000
"""Of each tag."""
MAX_NODES_OF_TEXT = 2_000
MAX_URL_CHARS = 8_192
MAX_NAMES_CHARS = 512

_TITLES = ("og:title", "twitter:title", "title", "dc.title")
_TAGS = (
    *("article", "base", "del", "h1", "input", "link", "main", "meta", "nav", "ol", "pre", "s"),
    *("script", "strike", "time", "title", "ul"),
)
_MICRODATA = frozenset({"itemprop", "itemscope"})
_SILENT_TAGS = frozenset({"script", "style", "svg", "noscript", "template", "button"})
_HIDDEN_CLASSES = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "g-hdn", "hidden"})
_PERMALINKS = frozenset({"¶", "#", "§", "🔗", "∞"})

Found = TypeVar("Found")


class Document:
    """A parsed page: its tree, its base URL and its meta tags."""

    def __init__(self, html: str, url: str) -> None:
        # As with scripts: what only browsers without them see is not what a page shows.
        self.tree = LexborHTMLParser(html, scripting=True)
        self.html = html
        self._found: dict[str, Any] = {}
        self.url = url
        self.base = self._base(url)
        self.meta_items = self._read_metas()
        self.metas: defaultdict[str, list[str]] = defaultdict(list)
        for key, content in self.meta_items:
            self.metas[key].append(content)

    @cached_property
    def body_text(self) -> str:
        """The text of the page as people see it, at most MAX_RAW_CHARS of it."""
        body = self.tree.body
        return visible_text(body) if body is not None else ""

    def tagged(self, tag: str) -> list[LexborNode]:
        """List the nodes of one of the tags that are looked for in every page, in order."""
        return self._by_tag.get(tag, [])

    @cached_property
    def _by_tag(self) -> dict[str, list[LexborNode]]:
        """Nodes of _TAGS, found in one walk: one costs a tenth of parsing, whatever it looks for.

        To search the source for a word costs as much, or more.
        """
        found: dict[str, list[LexborNode]] = {}
        for node in self.tree.css(", ".join(_TAGS)):
            nodes = found.setdefault(node.tag or "", [])
            if len(nodes) < MAX_TAGGED:
                nodes.append(node)
        return found

    @cached_property
    def annotated(self) -> list[LexborNode]:
        """The nodes with attributes of microdata, in order."""
        return [node for node in self._marked if not _MICRODATA.isdisjoint(node.attributes)]

    @cached_property
    def rdfa(self) -> list[LexborNode]:
        """The nodes with attributes of RDFa; without a type, properties are Open Graph's."""
        if not any("typeof" in node.attributes for node in self._marked):
            return []
        return self.tree.css(":is([property], [typeof])")[: 2 * MAX_TAGGED]

    @cached_property
    def _marked(self) -> list[LexborNode]:
        return self.tree.css(":is([itemprop], [itemscope], [typeof])")[: 2 * MAX_TAGGED]

    def once(self, key: str, find: Callable[[], Found]) -> Found:
        """Find something in the page, or return what was found under that key before."""
        if key not in self._found:
            self._found[key] = find()
        found: Found = self._found[key]
        return found

    @cached_property
    def title(self) -> str:
        """The text of <title>; that of a drawing is none."""
        for node in self.tagged("title"):
            if all(parent.tag != "svg" for parent in ancestors(node, 4)):
                return clean_text(node.text())
        return ""

    @cached_property
    def title_wording(self) -> Wording:
        """The words of what the page's tags and address call it."""
        tags = [clean_text(text) for name in _TITLES for text in self.metas.get(name, ())]
        return Wording([*tags, self.title, unquote(urlsplit(self.url).path)])

    def resolve(self, reference: str) -> str | None:
        """Resolve a reference to an absolute http or https URL."""
        reference = reference.strip()
        if not reference or len(reference) > MAX_URL_CHARS:
            return None
        url = resolve_url(reference, self.base)
        if url is None or not url.startswith(("http://", "https://")) or len(url) > MAX_URL_CHARS:
            return None
        return url

    def _base(self, url: str) -> str:
        hrefs = [base.attributes.get("href") for base in self.tagged("base")]
        href = next((href.strip() for href in hrefs if href is not None), "")
        resolved = resolve_url(href, url) if 0 < len(href) <= MAX_URL_CHARS else None
        return resolved if resolved and resolved.startswith(("http://", "https://")) else url

    def _read_metas(self) -> list[tuple[str, str]]:
        """List (property or name in lower case, content); pages mix the two attributes up."""
        items: list[tuple[str, str]] = []
        for node in self.tagged("meta"):
            attributes = node.attributes
            content = (attributes.get("content") or "")[:MAX_RAW_CHARS]
            keys = {(attributes.get(name) or "").strip().lower() for name in ("property", "name")}
            items += [(key, content) for key in sorted(keys) if key and content.strip()]
        return items


def visible_text(node: LexborNode, without: Sequence[LexborNode] = ()) -> str:
    """Return a node's text as people see it, at most MAX_RAW_CHARS, perhaps without some nodes."""
    skipped = {node.mem_id for node in without}
    parts: list[str] = []
    stack = [node.child]
    chars = nodes = 0
    while stack and chars < MAX_RAW_CHARS and nodes < MAX_NODES_OF_TEXT:
        current = stack.pop()
        if current is None:
            continue
        nodes += 1
        stack.append(current.next)
        if current.is_text_node:
            parts.append(current.text_content or "")
            chars += len(parts[-1])
        elif current.tag == "br":
            parts.append(" ")
        elif current.is_element_node and current.mem_id not in skipped and is_visible(current):
            stack.append(None if _is_permalink(current) else current.child)
    return "".join(parts)


def _is_permalink(node: LexborNode) -> bool:
    """Tell whether a node is the mark beside a heading that links to the heading itself."""
    if node.tag != "a" or not (node.attributes.get("href") or "").startswith("#"):
        return False
    return node.text(strip=True) in _PERMALINKS


def named_in(node: LexborNode) -> str:
    """Return the name that a node shows: the text of its only link, or all of its text."""
    links = node.css("a")
    name = visible_text(links[0]) if len(links) == 1 else ""
    return name if name.strip() else visible_text(node)


def is_visible(node: LexborNode) -> bool:
    """Tell whether a node's own kind and attributes let its text be seen."""
    return node.tag not in _SILENT_TAGS and not hides_itself(node)


def names_of(node: LexborNode) -> str:
    """Return what a node is called, by class and id, at most MAX_NAMES_CHARS of each."""
    attributes = node.attributes
    names = (attributes.get(name) or "" for name in ("class", "id"))
    return " ".join(name[:MAX_NAMES_CHARS] for name in names)


def hides_itself(node: LexborNode) -> bool:
    """Tell whether a node's attributes hide it."""
    attributes = node.attributes
    if not attributes:
        return False
    style = (attributes.get("style") or "").replace(" ", "").lower()
    if "hidden" in attributes or "display:none" in style:
        return True
    return not _HIDDEN_CLASSES.isdisjoint((attributes.get("class") or "").split())


def ancestors(node: LexborNode, max_count: int = 64) -> list[LexborNode]:
    """List a node's ancestors from the nearest on."""
    found: list[LexborNode] = []
    parent = node.parent
    while parent is not None and len(found) < max_count:
        found.append(parent)
        parent = parent.parent
    return found
