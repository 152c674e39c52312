"""Reader of schema.org data in JSON-LD."""

from __future__ import annotations

from og_extract.read.document import Document
from og_extract.read.findings import Findings
from og_extract.read.json_ld.graph import Graph
from og_extract.read.json_ld.nodes import Node, first, language_of, types_of
from og_extract.read.json_ld.offers import offers_of, prices_of, rating_of
from og_extract.read.json_ld.schema import ORGANISATIONS, PAGES, PEOPLE, RECIPES, SITES


def read_json_ld(document: Document, findings: Findings) -> None:
    """Note what the page's main entity, its WebPage, WebSite and organisation say."""
    graph = Graph(document)
    main = graph.main_entity()
    if main is not None:
        _read_main(graph, main, findings)
    for page in graph.of_types(PAGES):
        _read_page(graph, page, findings)
    for site in graph.of_types(SITES):
        findings.add("jsonld:WebSite.name", first(site.get("name")))
    for organisation in graph.of_types(ORGANISATIONS):
        findings.add("jsonld:Organization.name", first(organisation.get("name")))
    people = graph.of_types(PEOPLE)
    if len(people) == 1:
        findings.add("jsonld:Person.name", first(people[0].get("name")))


def _read_main(graph: Graph, main: Node, findings: Findings) -> None:
    findings.add_all("jsonld:@type", sorted(types_of(main)))
    for key in ("headline", "name", "description", "datePublished", "dateCreated", "uploadDate"):
        findings.add(f"jsonld:{key}", first(main.get(key)))
    if not RECIPES.isdisjoint(types_of(main)):
        for key in ("name", "description"):
            findings.add(f"jsonld:recipe.{key}", first(main.get(key)))
    _read_names(graph, main, findings)
    _read_images(graph, main, findings)
    for offer in offers_of(graph, main):
        findings.add_all("jsonld:offers", prices_of(graph, offer))
    for rating in graph.nodes_at(main.get("aggregateRating")):
        findings.add("jsonld:aggregateRating", rating_of(rating))


def _read_names(graph: Graph, main: Node, findings: Findings) -> None:
    authors = dict.fromkeys(graph.names(main.get("author") or main.get("creator")))
    findings.add("jsonld:author", ", ".join(authors))
    findings.add("jsonld:inLanguage", language_of(main.get("inLanguage")))
    for key in ("articleSection", "category", "recipeCategory"):
        findings.add("jsonld:category", next(graph.names(main.get(key)), None))
    findings.add_all("jsonld:publisher.name", graph.names(main.get("publisher")))
    brand = main.get("brand") or main.get("manufacturer")
    findings.add_all("jsonld:brand", graph.names(brand))


def _read_images(graph: Graph, main: Node, findings: Findings) -> None:
    pictures = main.get("image") or main.get("thumbnailUrl")
    findings.add_all("jsonld:image", graph.image_urls(pictures))
    for author in graph.nodes_at(main.get("author")):
        findings.add_all("jsonld:author.image", graph.image_urls(author.get("image")))


def _read_page(graph: Graph, page: Node, findings: Findings) -> None:
    authors = dict.fromkeys(graph.names(page.get("author")))
    findings.add("jsonld:WebPage.author", ", ".join(authors))
    for key in ("datePublished", "name", "description"):
        findings.add(f"jsonld:WebPage.{key}", first(page.get(key)))
    findings.add("jsonld:WebPage.inLanguage", language_of(page.get("inLanguage")))
    findings.add_all("jsonld:publisher.name", graph.names(page.get("publisher")))
