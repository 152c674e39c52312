"""The pages of the docs: their order, and what they are once the facts are filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, meta

from og_edge.templates import Template
from og_edge.web import facts
from og_edge.web.markdown import Document, to_document

DOCS_PATH: Final = "/docs"


class Chapter(NamedTuple):
    """Pages that belong together, by the names of their sources without `.md`."""

    name: str
    slugs: tuple[str, ...]


CHAPTERS: Final = (
    Chapter("Start", ("quickstart", "tags", "templates", "playground")),
    Chapter(
        "Cards",
        ("verification", "caching", "ai-mode", "fallback", "blocking", "prewarming", "debugger"),
    ),
    Chapter("Reference", ("api", "errors", "rate-limits", "credits")),
    Chapter(
        "Run it yourself",
        ("self-hosting", "configuration", "payments", "ai", "grpc", "changelog"),
    ),
)
SLUGS: Final = tuple(slug for chapter in CHAPTERS for slug in chapter.slugs)

Templates = Mapping[str, Template]


@dataclass(frozen=True)
class BookPage:
    """A page: its name, its Markdown with all facts in it, and what is made of that."""

    slug: str
    markdown: str
    document: Document

    @property
    def path(self) -> str:
        """Where it is."""
        return f"{DOCS_PATH}/{self.slug}"


class Book:
    """All pages of the docs, each made when it is first asked for."""

    def __init__(self, base_url: str) -> None:
        """`base_url` is what examples name this server by."""
        self._base_url = base_url
        self._environment = Environment(
            loader=PackageLoader("og_edge.web", "docs"),
            autoescape=False,  # noqa: S701 - it makes Markdown, of nobody's input
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.globals.update(facts.of_the_code(base_url))
        self._environment.filters.update(facts.FILTERS)
        self._made: dict[tuple[str, bool], tuple[Templates, BookPage]] = {}

    def tells_templates(self, slug: str) -> bool:
        """Whether a page cannot be made without the list of templates."""
        assert self._environment.loader is not None  # noqa: S101 - for the types
        source, _, _ = self._environment.loader.get_source(self._environment, f"{slug}.md")
        return "templates" in meta.find_undeclared_variables(self._environment.parse(source))

    def page(self, slug: str, templates: Templates) -> BookPage:
        """Give a page of SLUGS; without templates it tells none, and is else as it is."""
        key = (slug, bool(templates))
        made = self._made.get(key)
        if made is None or made[0] is not templates:
            source = self._environment.get_template(f"{slug}.md")
            markdown = source.render(templates=list(templates.values()))
            page = BookPage(slug, markdown, to_document(markdown, self._base_url))
            self._made[key] = made = (templates, page)
        return made[1]

    def search_index(self, templates: Templates) -> bytes:
        """Give every section of every page as JSON, for the search in the browser."""
        sections = [
            {
                "page": page.document.title,
                "heading": section.heading,
                "url": f"{page.path}#{section.anchor}" if section.anchor else page.path,
                "text": section.text,
            }
            for page in (self.page(slug, templates) for slug in SLUGS)
            for section in page.document.sections
        ]
        return json.dumps(sections, ensure_ascii=False, separators=(",", ":")).encode()
