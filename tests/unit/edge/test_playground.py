"""What is typed in the playground, and the requests that come of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from og_edge.drawing import Drawing
from og_edge.errors import InvalidParameterError, UrlNotAllowedError
from og_edge.options import CardSize, Theme
from og_edge.playground import Origin, Playground, values_of
from og_edge.query import split_query
from og_edge.ready_tags import DEFAULT_TEMPLATE, ReadyTags, look_of
from og_edge.sites import CardDefaults
from og_edge.templates import Template, TemplateCatalog
from og_service.background import running

from .samples import PAGE_URL, image_field, template, text_field

USUAL = Template(
    DEFAULT_TEMPLATE,
    {field.name: field for field in (text_field("title"), image_field("favicon", "favicon"))},
)
POST = template()


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async def listed() -> Sequence[Template]:
        return [USUAL, POST]

    catalog = TemplateCatalog(listed)
    async with running(catalog.keep_fresh):
        yield Playground(ReadyTags(catalog, frozenset()))


async def test_what_is_typed_becomes_the_request_that_the_api_would_read(
    playground: Playground,
) -> None:
    play = await playground.read(
        {
            "url": " www.example.com/post ",
            "template": POST.template_id,
            "theme": "dark",
            "size": "tall",
            "mode": "",
            "accentColor": "",
            "title": "A & B",
            "description": " ",
            "omit.siteName": "1",
            "unknown": "dropped",
            "csrf_token": "dropped",
        }
    )
    request = playground.request(play)
    assert request.url.href == PAGE_URL
    assert (request.theme, request.size) == (Theme.DARK, CardSize.TALL)
    assert request.overrides == {"title": "A & B", "siteName": ""}


async def test_a_shared_query_brings_everything_back(playground: Playground) -> None:
    play = await playground.read(
        {
            "url": f"{PAGE_URL}?a=1&b=2+3#x",
            "template": POST.template_id,
            "site": "site_1",
            "gradientBg": "true",
            "title": "Caf\u00e9 + 100 % & more\nlines",
            "omit.favicon": "1",
        }
    )
    assert await playground.read(split_query(play.query.encode())) == play


async def test_what_is_not_right_yet_is_kept_and_told(playground: Playground) -> None:
    play = await playground.read({"url": "ftp://example.com", "template": "no/such"})
    assert play.template is USUAL
    with pytest.raises(UrlNotAllowedError):
        playground.request(play)
    play = await playground.read({"url": PAGE_URL, "accentColor": "green"})
    assert play.choices == {"accentColor": "green"}
    with pytest.raises(InvalidParameterError, match="accentColor"):
        playground.request(play)


async def test_a_sites_look_replaces_what_it_says_and_nothing_else(playground: Playground) -> None:
    play = await playground.read({"url": PAGE_URL, "theme": "light", "size": "tall", "title": "x"})
    prefers = CardDefaults(POST.template_id, "dark", "#16a34a", "https://example.com/logo.svg")
    request = playground.request(play.dressed(prefers, POST))
    assert request.template_id == POST.template_id
    assert (request.theme, request.accent_color) == (Theme.DARK, "#16a34a")
    assert request.size is CardSize.TALL
    assert request.overrides == {"title": "x", "favicon": "https://example.com/logo.svg"}


def test_a_logo_goes_only_where_there_is_a_place_for_it() -> None:
    prefers = CardDefaults(logo_url="https://example.com/logo.svg")
    assert look_of(prefers, POST) == {"favicon": "https://example.com/logo.svg"}
    assert look_of(prefers, Template("a/b", {})) == {}


async def test_each_field_is_told_with_where_it_came_from(playground: Playground) -> None:
    play = await playground.read({"template": POST.template_id, "omit.description": "1"})
    drawing = Drawing(
        image=b"",
        sources={"title": "override", "siteName": "og:site_name", "favicon": "page"},
        texts={"title": "Typed", "siteName": "Harbour"},
        failed_images=["image"],
        missing_glyphs="",
        ai_status=None,
        lacks_page=False,
    )
    told = {value.field.name: (value.text, value.origin) for value in values_of(drawing, play)}
    assert told == {
        "title": ("Typed", Origin.TYPED),
        "description": ("", Origin.OMITTED),
        "siteName": ("Harbour", Origin.FOUND),
        "publishedAt": ("", Origin.MISSING),
        "favicon": ("", Origin.PICTURE),
        "image": ("", Origin.NOT_FETCHED),
    }
