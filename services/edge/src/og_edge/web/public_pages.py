"""What everybody may see: the start page, the gallery, prices, and what crawlers read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

import structlog
from starlette.responses import Response

from og_edge.card_path import API_PATH
from og_edge.card_request import CardRequest, parse_card_request
from og_edge.card_url import card_url
from og_edge.errors import InternalError, NotFoundError
from og_edge.examples import EXAMPLE_ACCENTS, ExampleLook, parse_look
from og_edge.incoming import Head
from og_edge.kept_drawings import KeptDrawing
from og_edge.options import CardSize, Theme
from og_edge.responses import NOT_MODIFIED
from og_edge.snippets import Framework, curl_line, snippets
from og_edge.templates import Template, TemplateCatalog
from og_edge.web.book import SLUGS, Book, Templates
from og_edge.web.errors import PageNotFoundError
from og_edge.web.rendering import packaged
from og_edge.web.routing import Access, page
from og_edge.web.social_pictures import SocialCard, SocialPictures
from og_edge.web.visit import Visit
from og_service.status import RemoteError

log = structlog.get_logger()

SHOWN_ON_STAGE: Final = (
    "generic/standard",
    "article/blog-post",
    "product/standard",
    "event/standard",
    "docs/changelog",
    "media/podcast",
)
SHOWN_BELOW: Final = (
    "article/editorial",
    "code/snippet",
    "generic/gradient",
    "data/stat",
    "social/testimonial",
    "product/sale",
)
OWN_CARDS: Final = {
    "home": SocialCard(
        "Every link you share, with a designed picture",
        "Point a page's og:image at Instant OG: it reads the page, draws a card and serves it.",
    ),
    "templates": SocialCard(
        "Templates", "Designs for articles, products, docs, events and more, light and dark."
    ),
    "pricing": SocialCard("Prices", "What a card costs, and what each plan has."),
}
PICTURES_KEPT_FOR: Final = "public, max-age=86400"
KEPT_FOR: Final = "public, max-age=3600"
_PLACEHOLDER: Final = "site=YOUR_SITE_ID&url=https://yoursite.com/page&template="


class PublicPages:
    """Pages without an account."""

    def __init__(self, catalog: TemplateCatalog, book: Book, pictures: SocialPictures) -> None:
        self._catalog = catalog
        self._book = book
        self._pictures = pictures
        self._mark = packaged("static")["mark.svg"]

    @page("GET", "/", access=Access.PUBLIC)
    async def home(self, visit: Visit) -> Response:
        """Say what it is, with a card to look at."""
        look = _look_of(visit)
        request = _request_of(look)
        return visit.page(
            "public/home.html",
            look=look,
            tag_url=card_url(request, visit.base_url),
            on_stage=SHOWN_ON_STAGE,
            below=SHOWN_BELOW,
            accents=EXAMPLE_ACCENTS,
            templates=await self._known(),
        )

    @page("GET", "/templates", access=Access.PUBLIC)
    async def gallery(self, visit: Visit) -> Response:
        """Show every template."""
        templates = (await self._catalog.all()).values()
        theme = visit.query.get("theme", "")
        return visit.page(
            "public/templates.html",
            categories=_by_category(templates),
            count=len(templates),
            shown_theme=theme if theme in set(Theme) else "",
        )

    @page("GET", "/templates/{category}/{name}", access=Access.PUBLIC)
    async def template(self, visit: Visit) -> Response:
        """Show all there is to one template."""
        template_id = "{category}/{name}".format(**visit.path)
        template = (await self._catalog.all()).get(template_id)
        if template is None:
            raise PageNotFoundError
        request = _request_of(ExampleLook(template_id))
        return visit.page(
            "public/template.html",
            shown=template,
            tag=snippets(request, visit.base_url)[0],
            curl=curl_line(request, visit.base_url),
            frameworks=len(Framework),
            sizes=list(CardSize),
        )

    @page("GET", "/pricing", access=Access.PUBLIC)
    async def pricing(self, visit: Visit) -> Response:
        """Say what it costs."""
        return visit.page("public/pricing.html")

    @page("GET", "/og/{name}.png", access=Access.PUBLIC)
    async def own_picture(self, visit: Visit) -> Response:
        """Give the card of a page of ours."""
        picture = await self._picture(visit.path["name"])
        headers = {
            "Cache-Control": PICTURES_KEPT_FOR,
            "ETag": f'"{picture.digest}"',
            "X-Content-Type-Options": "nosniff",
        }
        if Head.of(visit.request.scope).known_digests(exists=True) & {picture.digest, "*"}:
            return Response(status_code=NOT_MODIFIED, headers=headers)
        return Response(picture.image, headers=headers, media_type="image/png")

    @page("GET", "/favicon.ico", access=Access.PUBLIC)
    async def favicon(self, _: Visit) -> Response:
        """Give the mark to who asks where none is named."""
        headers = {"Cache-Control": PICTURES_KEPT_FOR, "X-Content-Type-Options": "nosniff"}
        return Response(self._mark, headers=headers, media_type="image/svg+xml")

    @page("GET", "/robots.txt", access=Access.PUBLIC)
    async def robots(self, visit: Visit) -> Response:
        """Let crawlers fetch cards (X reads this first), and all but what is somebody's own."""
        lines = [
            "User-agent: *",
            f"Allow: {API_PATH}",
            "Disallow: /dashboard",
            "",
            f"Sitemap: {visit.base_url}/sitemap.xml",
        ]
        return _text("\n".join(lines) + "\n", "text/plain")

    @page("GET", "/sitemap.xml", access=Access.PUBLIC)
    async def sitemap(self, visit: Visit) -> Response:
        """List the public pages (sitemaps.org)."""
        paths = [
            *("", "/templates", "/pricing", "/debugger", "/signup", "/docs"),
            *(f"/templates/{template_id}" for template_id in await self._known()),
            *(f"/docs/{slug}" for slug in SLUGS),
        ]
        urls = "".join(f"<url><loc>{escape(visit.base_url + path)}</loc></url>\n" for path in paths)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return _text(f'{head}<urlset xmlns="{space}">\n{urls}</urlset>\n', "application/xml")

    async def _known(self) -> Templates:
        """Give the templates; none while render has not told them yet."""
        try:
            return await self._catalog.all()
        except InternalError:
            return {}

    async def _picture(self, name: str) -> KeptDrawing:
        card = OWN_CARDS.get(name)
        if name in SLUGS:
            document = self._book.page(name, {}).document
            card = SocialCard(document.title, document.summary, "Docs")
        if card is None:
            raise PageNotFoundError
        try:
            return await self._pictures.get(card)
        except (RemoteError, TimeoutError) as error:
            log.warning("card of our own not drawn", name=name, cause=str(error))
            raise InternalError from None


def _look_of(visit: Visit) -> ExampleLook:
    """Read what is on the stage; what is not there shows as the first one does."""
    template_id = visit.query.get("template", "")
    try:
        look = parse_look(template_id, visit.request.url.query.encode())
    except NotFoundError:
        look = ExampleLook(template_id)
    return look if template_id in SHOWN_ON_STAGE else ExampleLook(SHOWN_ON_STAGE[0])


def _request_of(look: ExampleLook) -> CardRequest:
    """Give the card that a page with this look would ask for."""
    theme = f"&theme={look.theme}" if look.theme is not Theme.LIGHT else ""
    accent = look.accent_color.removeprefix("#")
    color = f"&accentColor={accent}" if accent else ""
    return parse_card_request(f"{_PLACEHOLDER}{look.template_id}{theme}{color}".encode())


def _by_category(templates: Iterable[Template]) -> Mapping[str, list[Template]]:
    found: dict[str, list[Template]] = {}
    for template in templates:
        found.setdefault(template.template_id.partition("/")[0], []).append(template)
    return found


def _text(body: str, media_type: str) -> Response:
    headers = {"Cache-Control": KEPT_FOR, "X-Content-Type-Options": "nosniff"}
    return Response(body, headers=headers, media_type=media_type)
