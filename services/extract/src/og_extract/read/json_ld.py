"""Reader of schema.org data in JSON-LD."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from og_extract.read.document import Document
from og_extract.read.findings import Findings, RawPrice, RawRating

MAX_SCRIPTS = 64
MAX_NODES = 5_000
MAX_NAMES = 8
MIN_MAIN_PROPERTIES = 3
FULL_PROPERTIES = 12
"""Of nodes as full as this, the first is the main one."""

Node = dict[str, Any]

_ARTICLES = frozenset(
    {
        "Article",
        "NewsArticle",
        "BlogPosting",
        "Report",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "TechArticle",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "DiscussionForumPosting",
        "LiveBlogPosting",
        "AdvertiserContentArticle",
    }
)
_PRODUCTS = frozenset(
    {"Product", "ProductGroup", "IndividualProduct", "ProductModel", "Vehicle", "Car"}
)
_OTHER_MAIN = frozenset(
    {
        "Recipe",
        "Book",
        "Course",
        "Event",
        "HowTo",
        "JobPosting",
        "Movie",
        "MusicAlbum",
        "PodcastEpisode",
        "QAPage",
        "SoftwareApplication",
        "MobileApplication",
        "WebApplication",
        "TVSeries",
        "VideoObject",
    }
)
_PAGES = frozenset(
    {"WebPage", "ItemPage", "AboutPage", "ContactPage", "CollectionPage", "ProfilePage", "FAQPage"}
)
_ORGANISATIONS = frozenset(
    {
        "Organization",
        "NewsMediaOrganization",
        "Corporation",
        "LocalBusiness",
        "OnlineStore",
        "Store",
    }
)
# Descending into these would make a neighbour of the page its main entity.
_ASIDES = frozenset(
    {"review", "reviews", "isRelatedTo", "isSimilarTo", "itemListElement", "comment", "hasPart"}
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_OPENERS = re.compile(r"(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)")
_CLOSERS = ("-->", "]]> */", "]]>*/", "]]>")


def read_json_ld(document: Document, findings: Findings) -> None:
    """Note what the page's main entity, its WebPage, WebSite and organisation say."""
    graph = _Graph(document)
    main = graph.main_entity()
    if main is not None:
        _read_main(graph, main, findings)
    for page in graph.of_types(_PAGES):
        _read_page(graph, page, findings)
    for site in graph.of_types(frozenset({"WebSite"})):
        findings.add("jsonld:WebSite.name", site.get("name"))
    for organisation in graph.of_types(_ORGANISATIONS):
        findings.add("jsonld:Organization.name", _first(organisation.get("name")))
    people = graph.of_types(frozenset({"Person"}))
    if len(people) == 1:
        findings.add("jsonld:Person.name", people[0].get("name"))


class _Graph:
    """All nodes of all scripts, those with an @id findable by it."""

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
        return [node for node in self.nodes if not types.isdisjoint(_types(node))]

    def main_entity(self) -> Node | None:
        """Choose the node that the page is about: the fullest of the most telling kind."""
        for types in (
            _PRODUCTS,
            _OTHER_MAIN - {"VideoObject"},
            _ARTICLES,
            frozenset({"VideoObject"}),
        ):
            nodes = [node for node in self.of_types(types) if len(node) >= MIN_MAIN_PROPERTIES]
            if nodes:
                return max(nodes, key=lambda node: min(len(node), FULL_PROPERTIES))
        return None

    def names(self, value: object) -> Iterator[str]:
        """List the names of persons or organisations, given as text, node, reference or list."""
        for item in _listed(value)[:MAX_NAMES]:
            resolved = self.resolved(item)
            name = _first(resolved.get("name")) if isinstance(resolved, dict) else resolved
            if isinstance(name, str) and name.strip():
                yield name.strip()


def _read_main(graph: _Graph, main: Node, findings: Findings) -> None:
    if _PRODUCTS.isdisjoint(_types(main)):
        authors = graph.names(main.get("author") or main.get("creator"))
        _add_names(findings, "jsonld:author", authors)
        for key in ("datePublished", "dateCreated", "uploadDate"):
            findings.add(f"jsonld:{key}", _first(main.get(key)))
    else:
        findings.add("jsonld:product", "yes")
    _read_texts(graph, main, findings)
    _read_main_images(graph, main, findings)
    findings.prices["jsonld:offers"].extend(_prices(graph, main))
    rating = graph.resolved(_first(main.get("aggregateRating")))
    if isinstance(rating, dict):
        findings.ratings["jsonld:aggregateRating"].append(_rating(rating))


def _read_texts(graph: _Graph, main: Node, findings: Findings) -> None:
    for key in ("headline", "name", "description"):
        findings.add(f"jsonld:{key}", _first(main.get(key)))
        if "Recipe" in _types(main):
            findings.add(f"jsonld:recipe.{key}", _first(main.get(key)))
    findings.add("jsonld:inLanguage", _language(main.get("inLanguage")))
    for key in ("articleSection", "category", "recipeCategory"):
        findings.add("jsonld:category", next(graph.names(main.get(key)), None))
    for name in graph.names(main.get("publisher")):
        findings.add("jsonld:publisher.name", name)
    for name in graph.names(main.get("brand") or main.get("manufacturer")):
        findings.add("jsonld:brand", name)


def _read_main_images(graph: _Graph, main: Node, findings: Findings) -> None:
    for url in _image_urls(graph, main.get("image") or main.get("thumbnailUrl")):
        findings.add("jsonld:image", url)
    for author in map(graph.resolved, _listed(main.get("author"))):
        if isinstance(author, dict):
            for url in _image_urls(graph, author.get("image")):
                findings.add("jsonld:author.image", url)


def _read_page(graph: _Graph, page: Node, findings: Findings) -> None:
    _add_names(findings, "jsonld:WebPage.author", graph.names(page.get("author")))
    findings.add("jsonld:WebPage.datePublished", _first(page.get("datePublished")))
    findings.add("jsonld:WebPage.name", _first(page.get("name")))
    findings.add("jsonld:WebPage.description", _first(page.get("description")))
    findings.add("jsonld:WebPage.inLanguage", _language(page.get("inLanguage")))
    for name in graph.names(page.get("publisher")):
        findings.add("jsonld:publisher.name", name)


def parse_script(text: str) -> object:
    """Parse a script, repairing what about one in a hundred needs; None where that fails."""
    text = _unwrapped(text)
    for repair in (lambda it: it, html.unescape, lambda it: _TRAILING_COMMA.sub(r"\1", it)):
        text = repair(text)
        try:
            return json.loads(text, strict=False)
        except ValueError:
            continue
        except RecursionError:
            return None
    return None


def _unwrapped(text: str) -> str:
    """Take away comment and CDATA marks, which once hid scripts from old browsers."""
    text = text.strip()
    opener = _OPENERS.match(text)
    text = text[opener.end() :] if opener else text
    for closer in _CLOSERS:
        if text.endswith(closer):
            return text.removesuffix(closer).rstrip("/* \n\r\t").rstrip(";")
    return text.rstrip(";")


def _prices(graph: _Graph, product: Node) -> Iterator[RawPrice]:
    nodes = [product, *_listed(product.get("hasVariant"))[:MAX_NAMES]]
    for node in map(graph.resolved, nodes):
        if not isinstance(node, dict):
            continue
        for offer in map(graph.resolved, _listed(node.get("offers"))[:MAX_NAMES]):
            if isinstance(offer, dict):
                yield from _offer_prices(graph, offer)


def _offer_prices(graph: _Graph, offer: Node) -> Iterator[RawPrice]:
    specifications = map(graph.resolved, _listed(offer.get("priceSpecification"))[:MAX_NAMES])
    inner = map(graph.resolved, _listed(offer.get("offers"))[:1])
    currency = _text(offer.get("priceCurrency"))
    for node in (offer, *specifications, *inner):
        if not isinstance(node, dict):
            continue
        for key in ("price", "lowPrice"):
            amount = _text(node.get(key))
            if amount:
                yield RawPrice(amount, _text(node.get("priceCurrency")) or currency)


def _rating(node: Node) -> RawRating:
    count = _text(node.get("ratingCount")) or _text(node.get("reviewCount"))
    return RawRating(_text(node.get("ratingValue")), _text(node.get("bestRating")), count)


def _image_urls(graph: _Graph, value: object) -> Iterator[str]:
    for item in map(graph.resolved, _listed(value)[:MAX_NAMES]):
        url = item
        if isinstance(item, dict):
            url = _first(item.get("url") or item.get("contentUrl") or item.get("@id"))
        if isinstance(url, str):
            yield url


def _add_names(findings: Findings, source: str, names: Iterator[str]) -> None:
    findings.add(source, ", ".join(dict.fromkeys(names)))


def _language(value: object) -> object:
    value = _first(value)
    return (value.get("alternateName") or value.get("name")) if isinstance(value, dict) else value


def _types(node: Node) -> set[str]:
    return {name.rpartition("/")[2] for name in _listed(node.get("@type")) if isinstance(name, str)}


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _first(value: object) -> Any:
    listed = _listed(value)
    first = listed[0] if listed else None
    return first.get("@value", first) if isinstance(first, dict) else first


def _text(value: object) -> str:
    value = _first(value)
    is_text = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return str(value).strip() if is_text else ""
