"""What goes beyond the API reference, and changes no answer where it is not asked for."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.responses import HTMLResponse

from og_edge.card_request import OPTIONS
from og_stack.stack import Stack
from tests.e2e.api import (
    CARD_SIZE_PX,
    TEMPLATE,
    Api,
    check_card,
    check_encoded_card,
    check_error,
)
from tests.e2e.books import create_site, credits_of, rows
from tests.e2e.pages import page_of_a_site, picture, tag, tag_of
from tests.support.customers import Customer
from tests.support.local_site import LocalSite

SIZES_PX = {"wide": CARD_SIZE_PX, "square": (1080, 1080), "tall": (1080, 1350)}
NO_FONT_HAS_IT = "\u0378"  # Unicode has no such character
FILE = f"/api/og/v1/{TEMPLATE}"


# Sizes and formats


@pytest.mark.parametrize("image_format", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("size", list(SIZES_PX))
async def test_a_card_of_any_size_and_format_is_a_card_of_its_own(
    api: Api, site: LocalSite, customer: Customer, size: str, image_format: str
) -> None:
    url = site.put_page("A page")
    asked: dict[str, Any] = {"size": size, "format": image_format}
    first = await api.ask(url, customer, **asked)
    card = check_encoded_card(first, image_format, SIZES_PX[size], "MISS", 10)
    again = await api.ask(url, customer, **asked)
    assert check_encoded_card(again, image_format, SIZES_PX[size], "HIT", 1) == card
    default = (size, image_format) == ("wide", "png")
    check_card(await api.ask(url, customer), "HIT" if default else "MISS")


async def test_conditional_and_head_requests_know_the_format(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    got = await api.ask(url, customer, format="webp")
    before = await credits_of(stack, customer)
    asked = await api.ask(url, customer, method="HEAD", format="webp")
    assert asked.headers["content-type"] == "image/webp"
    assert asked.headers["content-length"] == str(len(got.content))
    assert asked.headers.keys() == got.headers.keys()
    known = {"If-None-Match": got.headers["etag"]}
    assert (await api.ask(url, customer, headers=known, format="webp")).status_code == 304
    assert await credits_of(stack, customer) == before
    check_card(await api.ask(url, customer, headers=known), "MISS", 10)


async def test_a_stored_file_has_the_extension_of_its_format(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    card = (await api.ask(url, customer, format="jpeg")).content
    [(name,)] = rows(
        stack, "SELECT object_name FROM edge.cards WHERE account_id = %s", customer.account_id
    )
    assert name.endswith(".jpeg")
    kept = stack.config.directory / "cards" / name
    assert await asyncio.to_thread(kept.read_bytes) == card


@pytest.mark.parametrize(
    "wrong", [{"size": "huge"}, {"size": ""}, {"format": "gif"}, {"format": "jpg"}]
)
async def test_a_wrong_size_or_format_is_named(
    api: Api, customer: Customer, wrong: dict[str, Any]
) -> None:
    response = await api.ask("https://example.com/", customer, **wrong)
    assert next(iter(wrong)) in check_error(response, 400, "invalid_parameter")


# Cards as files


@pytest.mark.parametrize(
    ("extension", "image_format"),
    [("png", "png"), ("jpg", "jpeg"), ("jpeg", "jpeg"), ("webp", "webp")],
)
async def test_a_file_is_the_card_of_the_query_that_says_the_same(
    api: Api, site: LocalSite, customer: Customer, extension: str, image_format: str
) -> None:
    url, path = site.put_page("A page"), f"{FILE}.{extension}"
    query = httpx.QueryParams({"url": url, "theme": "dark", "title": "Mine"})
    drawn = await api.ask_raw(query, customer, path=path)
    card = check_encoded_card(drawn, image_format, CARD_SIZE_PX, "MISS", 10)
    asked = await api.ask(url, customer, theme="dark", title="Mine", format=image_format)
    assert check_encoded_card(asked, image_format, CARD_SIZE_PX, "HIT", 1) == card
    head = await api.ask_raw(query, customer, path=path, method="HEAD")
    assert (head.headers["etag"], head.content) == (asked.headers["etag"], b"")


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        (f"{FILE}.png", "template=article/blog-post", "invalid_parameter"),
        (f"{FILE}.png", "format=webp", "invalid_parameter"),
        (f"{FILE}.jpg", "format=png", "invalid_parameter"),
        (f"{FILE}.gif", "", "unknown_path"),
        (FILE, "", "unknown_path"),
        ("/api/og/v1/none/such.png", "", "unknown_template"),
    ],
)
async def test_a_file_that_cannot_be_is_told(
    api: Api, customer: Customer, path: str, query: str, code: str
) -> None:
    asked = f"url=https://example.com/&{query}"
    check_error(await api.ask_raw(asked, customer, path=path), 400, code)


async def test_the_same_option_in_path_and_query_is_no_conflict(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    query = f"url={site.put_page('A page')}&template={TEMPLATE}&format=jpeg"
    drawn = await api.ask_raw(query, customer, path=f"{FILE}.jpg")
    check_encoded_card(drawn, "jpeg", CARD_SIZE_PX, "MISS")


async def test_a_tag_that_names_a_file_verifies_the_page(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    card = f"{stack.base_url}{FILE}.png?site={site_id}&url={url}"
    site.put_page("A page", tag_of(card), url)
    check_card(await api.ask_raw(urlsplit(card).query, path=f"{FILE}.png"), "MISS", 10)
    check_card(await api.ask(url, site=site_id), "HIT", 1)


# Fields of templates


async def test_program_text_keeps_its_lines_and_a_title_does_not(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    snippet: dict[str, Any] = {"template": "code/snippet"}
    lines = await api.ask(url, customer, code="if a:\r\n\tb()", **snippet)
    folded = await api.ask(url, customer, code="if a: b()", **snippet)
    assert check_card(lines, "MISS") != check_card(folded, "MISS")
    check_card(await api.ask(url, customer, code="if a:\n\tb()\n", **snippet), "HIT", 1)
    check_card(await api.ask(url, customer, title="In one line"), "MISS")
    check_card(await api.ask(url, customer, title=" In\none \tline"), "HIT", 1)


async def test_a_field_is_filled_from_metadata_of_another_name(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page", '<meta name="description" content="What it is about.">')
    check_card(await api.ask(url, customer, template="generic/brand"))
    check_card(await api.ask(url, customer, template="generic/brand", tagline="Ours"))
    sources = rows(
        stack,
        "SELECT sources ->> 'tagline' FROM edge.generations WHERE account_id = %s"
        " ORDER BY create_time",
        customer.account_id,
    )
    assert sources == [("meta:description",), ("override",)]


async def test_a_logo_that_is_an_svg_is_drawn(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    logo = b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='99'/></svg>"
    icon = site.put_bytes(logo, "image/svg+xml")
    url = site.put_page("A page", f'<link rel="icon" type="image/svg+xml" href="{icon}">')
    card = check_card(await api.ask(url, customer), "MISS", 10)
    assert card != check_card(await api.ask(url, customer, favicon=""), "MISS", 10)


# Missing glyphs


async def test_what_no_font_has_is_told_on_every_answer_with_the_card(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page(f"A sign: {NO_FONT_HAS_IT}")
    drawn = await api.ask(url, customer)
    check_card(drawn, "MISS")
    known = {"If-None-Match": drawn.headers["etag"]}
    answers = [
        drawn,
        await api.ask(url, customer),
        await api.ask(url, customer, method="HEAD"),
        await api.ask(url, customer, headers=known),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 304]
    assert {answer.headers["x-og-missing-glyphs"] for answer in answers} == {"U+0378"}


async def test_where_nothing_is_missing_nothing_is_told(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    answer = await api.ask(site.put_page("Plain"), customer)
    assert "x-og-missing-glyphs" not in answer.headers


# The list of templates


async def test_the_list_is_free_for_everybody_and_cacheable(api: Api) -> None:
    got = await api.client.get("/api/templates")
    assert got.status_code == 200
    assert got.headers["content-type"] == "application/json"
    assert re.fullmatch(r"public, max-age=\d+", got.headers["cache-control"])
    assert not [name for name in got.headers if name.startswith("x-credits")]
    known = {"If-None-Match": got.headers["etag"]}
    assert (await api.client.get("/api/templates", headers=known)).status_code == 304
    asked = await api.client.head("/api/templates")
    assert asked.content == b""
    assert asked.headers["content-length"] == str(len(got.content))


async def test_every_template_of_the_list_draws_its_example(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    page = site.put_page("A page")
    listed = (await api.client.get("/api/templates")).json()["templates"]
    assert {TEMPLATE, "article/blog-post", "product/standard"} <= {it["id"] for it in listed}
    for template in listed:
        assert not OPTIONS & {field["name"] for field in template["fields"]}, template["id"]
        example: dict[str, Any] = dict(parse_qsl(urlsplit(template["example"]).query))
        assert example["template"] == template["id"]
        check_card(await api.ask(customer=customer, **{**example, "url": page}), "MISS", 10)


# Pictures of a page whose og:image is a card of ours


async def test_a_card_is_never_drawn_from_the_pages_own_card(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    before = await credits_of(stack, customer)
    product = "product/standard"
    card = check_card(await api.ask(url, customer, template=product), "MISS", 10)
    without = await api.ask(url, customer, template=product, productImage="")
    assert check_card(without, "MISS", 10) == card
    assert await credits_of(stack, customer) == before - 20


async def test_a_picture_of_its_own_is_found_behind_the_pages_card(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    own = tag_of(site.put_bytes(picture(), "image/png"), "name", "twitter:image")
    site.put_page("A page", tag(stack, site_id, url) + own, url)
    product = "product/standard"
    card = check_card(await api.ask(url, customer, template=product), "MISS", 10)
    without = await api.ask(url, customer, template=product, productImage="")
    assert check_card(without, "MISS", 10) != card


# Fetching pages


async def test_cards_of_one_page_share_its_fetch_until_a_refresh_asks_anew(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    def serve(title: str, url: str = "") -> str:
        page = f"<!doctype html><html lang=en><title>{title}</title>"
        headers = {"Cache-Control": "max-age=600"}
        return site.put(lambda: HTMLResponse(page, headers=headers), url)

    url = serve("As it was")
    light = check_card(await api.ask(url, customer), "MISS")
    check_card(await api.ask(url, customer, theme="dark"), "MISS")
    assert site.visits[url] == 1
    serve("As it is now", url)
    assert check_card(await api.ask(url, customer, refresh="true"), "MISS") != light
    assert site.visits[url] == 2


async def test_the_error_says_what_was_found_instead_of_a_page(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_bytes(picture(), "image/png")
    response = await api.ask(url, customer)
    check_error(response, 400, "page_not_html")
    assert response.json()["error"]["message"] == (
        "The URL leads to an image, not to an HTML page."
    )


async def test_a_page_that_only_sends_on_is_drawn_as_the_page_it_leads_to(
    api: Api, site: LocalSite, customer: Customer
) -> None:
    there = site.put_page("There")
    here = site.put_page("Here", f'<meta http-equiv="refresh" content="0; url={there}">')
    assert check_card(await api.ask(here, customer)) == check_card(await api.ask(there, customer))
