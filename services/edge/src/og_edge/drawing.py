"""From a request to a picture: read the page, merge the overrides, draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from og_edge.card_request import CardRequest, Theme
from og_edge.cards import overrides_drawn
from og_edge.deadline import Deadline
from og_edge.errors import InvalidParameterError, PageNotHtmlError, PageUnreachableError
from og_edge.page import Page, Pictures, Value
from og_edge.templates import Template

READ_TIMEOUT_S: Final = 5.0
RENDER_TIMEOUT_S: Final = 3.0
KEEP_FOR_RENDER_S: Final = 1.5
OVERRIDE_SOURCE: Final = "override"


class Reader(Protocol):
    """Reads pages and pictures."""

    async def extract_page(self, url: str, images: Mapping[str, str], timeout_s: float) -> Page:
        """Read a page; images maps fields to URLs, "" standing for the page's own."""

    async def fetch_images(self, images: Mapping[str, str], timeout_s: float) -> Pictures:
        """Fetch pictures by URL."""


class Renderer(Protocol):
    """Draws cards."""

    async def render_card(
        self,
        template_id: str,
        values: Mapping[str, Value],
        *,
        dark: bool,
        accent_color: str,
        gradient: bool,
        language_code: str,
        timeout_s: float,
    ) -> tuple[bytes, list[str]]:
        """Draw a card; give the PNG and the fields whose picture could not be decoded."""


@dataclass(frozen=True)
class Drawing:
    """A finished picture, where its values came from, and the pictures it had to do without."""

    png: bytes
    sources: Mapping[str, str]
    failed_images: Sequence[str]


def images_wanted(request: CardRequest, template: Template) -> dict[str, str]:
    """Say which pictures a card needs: the override's URL, or "" for the page's own.

    An empty override asks for no picture.
    """
    return {
        name: request.overrides.get(name, "")
        for name in template.image_fields
        if request.overrides.get(name) != ""
    }


class Drawer:
    """Draws the card that a request asks for."""

    def __init__(self, reader: Reader, renderer: Renderer) -> None:
        self._reader = reader
        self._renderer = renderer

    async def read(
        self, request: CardRequest, template: Template, deadline: Deadline, *, pictures: bool
    ) -> Page:
        """Read the page, and its pictures where they are wanted."""
        timeout_s = deadline.remaining_s(READ_TIMEOUT_S, keep_s=KEEP_FOR_RENDER_S)
        wanted = images_wanted(request, template) if pictures else {}
        return await self._reader.extract_page(request.url.href, wanted, timeout_s)

    async def draw(
        self, request: CardRequest, template: Template, page: Page | None, deadline: Deadline
    ) -> Drawing:
        """Draw from page, or read it first; from the overrides alone where they hold a title.

        Raises ApiError for a page that cannot be read or lacks what the template needs.
        """
        if page is None:
            page = await self._page_or_overrides(request, template, deadline)
        values, sources = merge(request, template, page)
        png, undecodable = await self._renderer.render_card(
            template.template_id,
            values,
            dark=request.theme is Theme.DARK,
            accent_color=request.accent_color,
            gradient=request.gradient,
            language_code=page.language_code,
            timeout_s=deadline.remaining_s(RENDER_TIMEOUT_S),
        )
        return Drawing(png, sources, sorted({*page.pictures.failed, *undecodable}))

    async def _page_or_overrides(
        self, request: CardRequest, template: Template, deadline: Deadline
    ) -> Page:
        try:
            return await self.read(request, template, deadline, pictures=True)
        except (PageUnreachableError, PageNotHtmlError):
            if not request.overrides.get("title"):
                raise
        given = {name: url for name, url in images_wanted(request, template).items() if url}
        pictures = Pictures()
        if given:
            timeout_s = deadline.remaining_s(READ_TIMEOUT_S, keep_s=KEEP_FOR_RENDER_S)
            pictures = await self._reader.fetch_images(given, timeout_s)
        return Page(request.url.href, "", {}, pictures, ())


def merge(
    request: CardRequest, template: Template, page: Page
) -> tuple[dict[str, Value], dict[str, str]]:
    """Choose each field's value, and say where it came from.

    An override wins; an empty one leaves the field out. A page without a title is titled by its
    site's name or host. Raises InvalidParameterError where a required field has no value.
    """
    values: dict[str, Value] = {}
    sources: dict[str, str] = {}
    for name, value, source in _candidates(request, template, page):
        if value:
            values[name], sources[name] = value, source
    if "title" in template.fields and "title" not in values:
        site_name = page.fields.get("siteName")
        values["title"] = site_name.value if site_name else request.url.host
        sources["title"] = "siteName" if site_name else "host"
    for field in template.fields.values():
        if field.required and field.name not in values:
            raise InvalidParameterError(
                f"The page has no {field.name}, which {template.template_id} needs; add "
                f"&{field.name}=… to the request."
            )
    return values, sources


def _candidates(
    request: CardRequest, template: Template, page: Page
) -> list[tuple[str, Value, str]]:
    given = overrides_drawn(request, template)
    images = template.image_fields
    found: list[tuple[str, Value, str]] = []
    for name in template.fields:
        if name in images:
            source = OVERRIDE_SOURCE if name in given else "page"
            found.append((name, page.pictures.data.get(name, b""), source))
        elif name in given:
            found.append((name, given[name], OVERRIDE_SOURCE))
        elif name in page.fields:
            found.append((name, page.fields[name].value, page.fields[name].source))
    return found
