"""From a request to a picture: read the page, merge the overrides, draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from og_edge.ai import AI_SOURCE, AiStatus
from og_edge.card_request import CardRequest
from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.errors import (
    NO_PAGE,
    AiNotConfiguredError,
    InvalidParameterError,
    PageUnreachableError,
)
from og_edge.field_texts import field_texts
from og_edge.missing_glyphs import code_points
from og_edge.options import Mode
from og_edge.overrides import overrides_drawn
from og_edge.page import Page, Pictures, Value
from og_edge.templates import Template, TemplateField

READ_TIMEOUTS_S: Final = {Mode.STANDARD: 5.0, Mode.AI: 6.0}
RENDER_TIMEOUT_S: Final = 3.0
KEEP_FOR_RENDER_S: Final = 1.5
USED_UP_SHARE: Final = 0.5
"""Of the time for reading. Extract keeps some for pictures and its answer, and calls a page
unreachable that has not come by then."""
OVERRIDE_SOURCE: Final = "override"
TITLE: Final = "title"
PAGE_PICTURES: Final = frozenset({"favicon", "image", "productImage", "avatar"})
"""The pictures that pages name, as extract calls them."""
_GIVEN: Final = "given."
"""Before the name of a field whose picture the request gives, lest it be taken for the page's."""


class Reader(Protocol):
    """Reads pages and pictures."""

    async def extract_page(
        self, url: str, images: Mapping[str, str], timeout_s: float, *, mode: Mode, fresh: bool
    ) -> Page:
        """Read a page; images maps names to URLs, "" standing for the page's own of that name.

        Raises AiNotConfiguredError only where mode asks for AI. Where fresh, the page's server is
        asked anew even if the page was fetched moments ago.
        """

    async def fetch_images(self, images: Mapping[str, str], timeout_s: float) -> Pictures:
        """Fetch pictures by URL."""


@dataclass(frozen=True)
class Rendering:
    """An encoded card, the fields whose picture could not be decoded, and what no font had."""

    image: bytes
    failed_images: Sequence[str]
    missing_glyphs: Sequence[str]


class Renderer(Protocol):
    """Draws cards."""

    async def render_card(
        self,
        request: CardRequest,
        values: Mapping[str, Value],
        *,
        language_code: str,
        timeout_s: float,
    ) -> Rendering:
        """Draw a card of these values in the template, size, colours and format asked for."""


@dataclass(frozen=True)
class Drawing:
    """A finished picture, where its values came from, and what it had to do without.

    `texts` are the values as field_texts writes them. `failed_images` names fields,
    `missing_glyphs` characters, as the header does. `ai_status` is None where no language model was
    asked. `lacks_page` tells whether the page could not be read.
    """

    image: bytes
    sources: Mapping[str, str]
    texts: Mapping[str, str]
    failed_images: Sequence[str]
    missing_glyphs: str
    ai_status: AiStatus | None
    lacks_page: bool

    @property
    def is_wanting(self) -> bool:
        """Whether something that it had to do without may be there later."""
        ai_fell_short = self.ai_status is not None and self.ai_status.fell_short
        return self.lacks_page or bool(self.failed_images) or ai_fell_short


def images_wanted(request: CardRequest, template: Template) -> dict[str, str]:
    """Say which pictures a card needs: the override's URL, or "" for the page's own."""
    given = overrides_drawn(request, template)
    return {name: given.get(field, "") for field, name in _picture_names(template, given).items()}


def _picture_names(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    """Map fields to the names under which their pictures are asked for.

    An empty override asks for no picture.
    """
    names: dict[str, str] = {}
    for field in template.image_fields:
        if given.get(field.name):
            names[field.name] = _GIVEN + field.name
        elif field.name not in given and field.source in PAGE_PICTURES:
            names[field.name] = field.source
    return names


class Drawer:
    """Draws the card that a request asks for."""

    def __init__(self, reader: Reader, renderer: Renderer) -> None:
        self._reader = reader
        self._renderer = renderer

    async def read(
        self,
        request: CardRequest,
        template: Template,
        deadline: Deadline,
        *,
        pictures: bool,
        fresh: bool,
        mode: Mode = Mode.STANDARD,
    ) -> Page:
        """Read the page, and its pictures where they are wanted.

        Where fresh, its server is asked anew even if it was fetched moments ago. Raises
        OutOfTimeError where a page that is slow was given less time than usual.
        """
        with deadline.step(READ_TIMEOUTS_S[mode], keep_s=KEEP_FOR_RENDER_S) as step:
            try:
                return await self._reader.extract_page(
                    request.url.href,
                    images_wanted(request, template) if pictures else {},
                    step.timeout_s,
                    mode=mode,
                    fresh=fresh,
                )
            except PageUnreachableError:
                if step.is_short and step.used_share() > USED_UP_SHARE:
                    raise OutOfTimeError from None
                raise

    async def draw(
        self,
        request: CardRequest,
        template: Template,
        page: Page | None,
        deadline: Deadline,
        mode: Mode,
        *,
        fresh: bool,
    ) -> Drawing:
        """Draw from page, or read it first; from the overrides alone where they hold a title.

        Where fresh, its server is asked anew even if it was fetched moments ago.

        Raises ApiError for a page that cannot be read or lacks what the template needs.
        """
        if page is None:
            page = await self._page_or_overrides(request, template, deadline, mode, fresh=fresh)
        values, sources = merge(request, template, page)
        with deadline.step(RENDER_TIMEOUT_S) as step:
            rendering = await self._renderer.render_card(
                request, values, language_code=page.language_code, timeout_s=step.timeout_s
            )
        names = _picture_names(template, overrides_drawn(request, template))
        not_had = {field for field, name in names.items() if name in page.pictures.failed}
        return Drawing(
            rendering.image,
            sources,
            field_texts(values),
            sorted(not_had.union(rendering.failed_images)),
            code_points(rendering.missing_glyphs),
            _ai_status(page, sources),
            page.is_stand_in,
        )

    async def _page_or_overrides(
        self,
        request: CardRequest,
        template: Template,
        deadline: Deadline,
        mode: Mode,
        *,
        fresh: bool,
    ) -> Page:
        try:
            return await self._read_by(mode, request, template, deadline, fresh=fresh)
        except (*NO_PAGE, OutOfTimeError):
            if not overrides_drawn(request, template).get(TITLE):
                raise
        given = {name: url for name, url in images_wanted(request, template).items() if url}
        pictures = Pictures()
        if given:
            with deadline.step(READ_TIMEOUTS_S[mode], keep_s=KEEP_FOR_RENDER_S) as step:
                pictures = await self._reader.fetch_images(given, step.timeout_s)
        ai_status = AiStatus.FAILED if mode is Mode.AI else None
        return Page(request.url.href, "", {}, pictures, (), ai_status, is_stand_in=True)

    async def _read_by(
        self,
        mode: Mode,
        request: CardRequest,
        template: Template,
        deadline: Deadline,
        *,
        fresh: bool,
    ) -> Page:
        try:
            return await self.read(
                request, template, deadline, pictures=True, fresh=fresh, mode=mode
            )
        except AiNotConfiguredError:  # the endpoint went away since it was asked for
            page = await self.read(request, template, deadline, pictures=True, fresh=fresh)
            return replace(page, ai_status=AiStatus.FAILED)


def _ai_status(page: Page, sources: Mapping[str, str]) -> AiStatus | None:
    """Tell how AI did with a card: of words that passed, some must be on it."""
    if page.ai_status is AiStatus.DELIVERED and AI_SOURCE not in sources.values():
        return AiStatus.REJECTED
    return page.ai_status


def merge(
    request: CardRequest, template: Template, page: Page
) -> tuple[dict[str, Value], dict[str, str]]:
    """Choose each field's value, and say where it came from.

    An override wins; an empty one leaves the field out. A page without a title is titled by its
    site's name or host. Raises InvalidParameterError where a required field has no value.
    """
    given = overrides_drawn(request, template)
    pictures = _picture_names(template, given)
    values: dict[str, Value] = {}
    sources: dict[str, str] = {}
    for field in template.fields.values():
        if field.name in pictures:
            source = OVERRIDE_SOURCE if field.name in given else "page"
            value: Value = page.pictures.data.get(pictures[field.name], b"")
        elif field.name in given:
            value, source = given[field.name], OVERRIDE_SOURCE
        else:
            value, source = _found(field, page)
        if not value and field.source == TITLE:
            value, source = _stand_in_title(request, page)
        if value:
            values[field.name], sources[field.name] = value, source
        elif field.required:
            raise InvalidParameterError(
                f"The page has no {field.name}, which {template.template_id} needs; add "
                f"&{field.name}=… to the request."
            )
    return values, sources


def _found(field: TemplateField, page: Page) -> tuple[Value, str]:
    found = page.fields.get(field.source)
    return (found.value, found.source) if found else ("", "")


def _stand_in_title(request: CardRequest, page: Page) -> tuple[Value, str]:
    site_name = page.fields.get("siteName")
    return (site_name.value, "siteName") if site_name else (request.url.host, "host")
