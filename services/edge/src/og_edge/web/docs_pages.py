"""The docs: for people as pages, for programs as Markdown."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from og_edge.templates import TemplateCatalog
from og_edge.web.book import CHAPTERS, DOCS_PATH, SLUGS, Book, BookPage, Templates
from og_edge.web.errors import PageNotFoundError
from og_edge.web.routing import Access, page
from og_edge.web.visit import Visit

MARKDOWN: Final = "text/markdown; charset=utf-8"
KEPT_FOR: Final = "public, max-age=300"
"""What is the same for everybody, and may change with the next version."""
ABOUT: Final = (
    "Every link you share, with a designed picture: point a page's og:image at this API, and it "
    "reads the page, draws a 1200x630 card and serves it."
)
_NO_TEMPLATES: Final[Templates] = {}


class DocsPages:
    """Every page of the book, its twin in Markdown, and lists of both."""

    def __init__(self, book: Book, catalog: TemplateCatalog) -> None:
        self._book = book
        self._catalog = catalog

    @page("GET", DOCS_PATH, access=Access.PUBLIC)
    async def contents(self, visit: Visit) -> Response:
        """Say what there is to read."""
        return visit.page("docs/contents.html", chapters=CHAPTERS, pages=self._bare())

    @page("GET", "/docs/search.json", access=Access.PUBLIC)
    async def search(self, visit: Visit) -> Response:
        """Give what the search in the browser looks through."""
        index = self._book.search_index(await self._catalog.all())
        return _plain(visit, index, "application/json")

    @page("GET", "/docs/{slug}.md", access=Access.PUBLIC)
    async def twin(self, visit: Visit) -> Response:
        """Give a page as Markdown."""
        found = await self._page(visit.path["slug"])
        return _plain(visit, found.markdown.encode(), MARKDOWN)

    @page("GET", "/docs/{slug}", access=Access.PUBLIC)
    async def show(self, visit: Visit) -> Response:
        """Show a page."""
        found = await self._page(visit.path["slug"])
        pages = self._bare()
        at = SLUGS.index(found.slug)
        return visit.page(
            "docs/page.html",
            chapters=CHAPTERS,
            pages=pages,
            page=found,
            before=pages[SLUGS[at - 1]] if at else None,
            after=pages[SLUGS[at + 1]] if at + 1 < len(SLUGS) else None,
        )

    @page("GET", "/llms.txt", access=Access.PUBLIC)
    async def for_models(self, visit: Visit) -> Response:
        """List the twins as llmstxt.org has it."""
        lines = [
            "# Instant OG",
            "",
            f"> {ABOUT}",
        ]
        pages = await self._all()
        for chapter in CHAPTERS:
            lines += ["", f"## {chapter.name}", ""]
            for slug in chapter.slugs:
                document = pages[slug].document
                url = f"{visit.base_url}{pages[slug].path}.md"
                lines.append(f"- [{document.title}]({url}): {document.summary}")
        lines += [
            "",
            "## Optional",
            "",
            f"- [OpenAPI 3.1]({visit.base_url}/openapi.json): the API for programs",
            f"- [Everything in one file]({visit.base_url}/llms-full.txt): all of the pages above",
        ]
        return _plain(visit, ("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8")

    @page("GET", "/llms-full.txt", access=Access.PUBLIC)
    async def for_models_in_full(self, visit: Visit) -> Response:
        """Give all twins as one."""
        pages = await self._all()
        text = "\n\n".join(pages[slug].markdown for slug in SLUGS)
        return _plain(visit, text.encode(), "text/plain; charset=utf-8")

    async def _page(self, slug: str) -> BookPage:
        if slug not in SLUGS:
            raise PageNotFoundError
        tells = self._book.tells_templates(slug)
        return self._book.page(slug, await self._catalog.all() if tells else _NO_TEMPLATES)

    async def _all(self) -> dict[str, BookPage]:
        return {slug: await self._page(slug) for slug in SLUGS}

    def _bare(self) -> dict[str, BookPage]:
        """Give all pages for their titles, whether or not render has told its templates yet."""
        return {slug: self._book.page(slug, _NO_TEMPLATES) for slug in SLUGS}


def _plain(visit: Visit, body: bytes, media_type: str) -> Response:
    headers = {
        "Cache-Control": KEPT_FOR,
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": visit.request_id,
    }
    return Response(body, 200, headers, media_type=media_type)
