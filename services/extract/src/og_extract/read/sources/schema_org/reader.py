"""Reader of schema.org data, in whichever syntax a page writes it."""

from __future__ import annotations

from collections.abc import Callable

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document
from og_extract.read.markup.wording import Wording
from og_extract.read.sources.headings import shown_headings
from og_extract.read.sources.schema_org.breadcrumbs import breadcrumb_of
from og_extract.read.sources.schema_org.graph import Graph
from og_extract.read.sources.schema_org.nodes import (
    TEXT,
    Node,
    first,
    language_of,
    text_of,
    types_of,
)
from og_extract.read.sources.schema_org.occasions import occasion_of
from og_extract.read.sources.schema_org.offers import (
    list_prices_of,
    offers_of,
    prices_of,
    ratings_of,
    stock_of,
)
from og_extract.read.sources.schema_org.schema import (
    ARTICLES,
    MAIN_ORDER,
    MAIN_ORDER_OF_ARTICLES,
    ORGANISATIONS,
    OTHERS,
    PAGES,
    PEOPLE,
    PLACES,
    RECIPES,
    SITES,
    TRAILS,
    VIDEOS,
)
from og_extract.read.sources.schema_org.syntaxes import MICRODATA, RDFA, json_ld_roots, markup_roots

MIN_TITLE_SHARE = 0.3
"""Of a name's letters that the page's titles hold, where both speak of the same."""


def read_schema_org(document: Document, findings: Findings) -> None:
    """Note what the page's main entity, its WebPage, WebSite and organisation say."""
    is_titled = _is_titled(document)
    roots = {
        "jsonld": json_ld_roots(document),
        "microdata": markup_roots(document, MICRODATA),
        "rdfa": markup_roots(document, RDFA),
    }
    kinds = {kind.strip().lower() for kind in document.metas.get("og:type", ())}
    order = MAIN_ORDER_OF_ARTICLES if "article" in kinds else MAIN_ORDER
    for syntax, values in roots.items():
        graph = Graph(values)
        main = graph.main_entity(order, is_titled)
        noted = _Syntax(syntax, graph, findings, is_titled)
        noted.note(main)
        noted.note_occasion(graph.main_entity((OTHERS, VIDEOS), is_titled) or main)


def _is_titled(document: Document) -> Callable[[str], bool]:
    headings = [heading.text for heading in shown_headings(document)]
    wordings = (document.title_wording, Wording(headings))
    return lambda name: any(words.share_of(name) >= MIN_TITLE_SHARE for words in wordings)


class _Syntax:
    """Notes what a graph says under the name of its syntax."""

    def __init__(
        self, name: str, graph: Graph, findings: Findings, is_titled: Callable[[str], bool]
    ) -> None:
        self._name = name
        self._graph = graph
        self._findings = findings
        self._is_titled = is_titled

    def note(self, main: Node | None) -> None:
        """Note the main entity and what stands around it."""
        graph = self._graph
        if main is not None:
            self._note_main(main)
        self._add("aggregateRating", *ratings_of(graph, main or {}))
        for page in graph.of_types(PAGES):
            self._note_page(page)
        if main is not None and not RECIPES.isdisjoint(types_of(main)):
            self._note_recipe(main)
        for site in graph.of_types(SITES):
            self._add("WebSite.name", first(site.get("name")))
        for organisation in graph.of_types(ORGANISATIONS):
            name = text_of(organisation.get("name"))
            # Of a guide to places, the page is about one of them.
            if PLACES.isdisjoint(types_of(organisation)) or not self._is_titled(name):
                self._add("Organization.name", name)
        for trail in graph.of_types(TRAILS):
            self._add("BreadcrumbList", breadcrumb_of(graph, trail))
        people = graph.of_types(PEOPLE)
        if len(people) == 1:
            self._add("Person.name", first(people[0].get("name")))

    def note_occasion(self, occasion: Node | None) -> None:
        """Note what is said of an event, a job, an episode or the like, main entity or not."""
        if occasion is not None:
            for name, value in occasion_of(self._graph, occasion):
                self._add(name, value)

    def _add(self, name: str, *values: object) -> None:
        self._findings.add_all(f"{self._name}:{name}", values)

    def _add_authors(self, name: str, authors: object) -> None:
        """Note all names in one text, apart where they are those of organisations."""
        kinds = [types_of(author) for author in self._graph.nodes_at(authors)]
        is_organisation = bool(kinds) and not any(ORGANISATIONS.isdisjoint(own) for own in kinds)
        suffix = ".organisation" if is_organisation else ""
        if any(node.get(TEXT) == "" for node in self._graph.nodes_at(authors)):
            suffix = ".unseen"
        self._add(f"{name}{suffix}", ", ".join(dict.fromkeys(self._graph.names(authors))))

    def _note_main(self, main: Node) -> None:
        self._add("@type", *sorted(types_of(main)))
        for key in ("headline", "name", "description", "datePublished", "dateCreated"):
            self._add(key, first(main.get(key)))
        for key in ("uploadDate", "created", "dateModified", "wordCount"):
            self._add(key, first(main.get(key)))
        self._add("image", *self._graph.image_urls(main.get("image") or main.get("thumbnailUrl")))
        self._note_names(main)
        self._note_offers(main)

    def _note_recipe(self, recipe: Node) -> None:
        """Note apart what is said of the dish: a page's tags are written for search engines.

        Who wrote it and when, the post around it may tell. Of several dishes, none that the page
        is not called after is its subject.
        """
        for post in self._graph.of_types(ARTICLES):
            self._add_authors("author", post.get("author"))
            self._add("datePublished", first(post.get("datePublished")))
        name = text_of(recipe.get("name"))
        if len(self._graph.of_types(RECIPES)) > 1 and not self._is_titled(name):
            return
        self._add("recipe.name", name)
        self._add("recipe.description", first(recipe.get("description")))
        if not recipe.get("isPartOf"):
            self._add("recipe.image", *self._graph.image_urls(recipe.get("image")))

    def _note_names(self, main: Node) -> None:
        graph = self._graph
        people = main.get("author") or main.get("creator")
        self._add_authors("author", people)
        for person in graph.nodes_at(people):
            self._add("author.image", *graph.image_urls(person.get("image")))
            role = (text_of(person.get("jobTitle")), next(graph.names(person.get("worksFor")), ""))
            self._add("author.jobTitle", ", ".join(filter(None, role)) if role[0] else "")
        self._add("inLanguage", language_of(main.get("inLanguage")))
        for key in ("articleSection", "category", "recipeCategory"):
            self._add("category", next(graph.names(main.get(key)), None))
        self._add("publisher.name", *graph.names(main.get("publisher")))
        for key in ("brand", "manufacturer"):
            self._add("brand", *graph.names(main.get(key)))

    def _note_offers(self, main: Node) -> None:
        graph = self._graph
        offers = offers_of(graph, main)
        for offer in offers:
            self._add("offers", *prices_of(graph, offer))
            self._add("offers.listPrice", *list_prices_of(graph, offer))
        # What can be had in one of its variants can be had.
        stocks = sorted(map(stock_of, offers), key=lambda stock: stock != "InStock")
        self._add("availability", *stocks)

    def _note_page(self, page: Node) -> None:
        graph = self._graph
        self._add_authors("WebPage.author", page.get("author"))
        for key in ("datePublished", "dateModified", "name", "description"):
            self._add(f"WebPage.{key}", first(page.get(key)))
        self._add("WebPage.image", *graph.image_urls(page.get("primaryImageOfPage")))
        self._add("WebPage.inLanguage", language_of(page.get("inLanguage")))
        self._add("publisher.name", *graph.names(page.get("publisher")))
