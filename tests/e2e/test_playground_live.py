"""The playground in a browser: the card follows what is typed, and no old one comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from og_stack.stack import Stack
from tests.e2e.pages import SlowPage
from tests.support.browser import chromium
from tests.support.local_site import LocalSite
from tests.support.people import owner

PLAYGROUND = "/dashboard/playground"
WAIT_MS = 30_000


@pytest_asyncio.fixture(loop_scope="session")
async def window(stack: Stack) -> AsyncIterator[Page]:
    """A browser's window, somebody signed in, on the playground."""
    async with owner(stack.base_url) as ada, async_playwright() as programs:
        browser = await programs.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(base_url=stack.base_url)
        context.set_default_timeout(WAIT_MS)
        session = ada.client.cookies["og_session"]
        await context.add_cookies([{"name": "og_session", "value": session, "url": stack.base_url}])
        page = await context.new_page()
        await page.goto(PLAYGROUND)
        yield page
        await browser.close()


def _state(window: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(window.url).query)


async def test_an_old_preview_never_takes_a_new_ones_place(window: Page, site: LocalSite) -> None:
    slow, quick = SlowPage(site), site.put_page("The quick page")
    result = window.locator("[data-result]")
    await window.fill("[name=url]", slow.url)
    await slow.asked_for(1)
    async with window.expect_request_finished(lambda it: it.url.endswith("/preview")):
        await window.fill("[name=url]", quick)
    await expect(result).to_contain_text("The quick page", timeout=WAIT_MS)
    slow.may_come.set()
    await window.fill("[name=title]", "Typed")
    await expect(result).to_contain_text("typed here", timeout=WAIT_MS)
    await expect(result).not_to_contain_text("Asked for")
    assert _state(window)["url"] == [quick]


async def test_another_template_brings_its_fields_and_keeps_what_is_typed(
    window: Page, site: LocalSite
) -> None:
    await window.fill("[name=url]", site.put_page("A page"))
    await window.fill("[name=title]", "Typed")
    await window.check('[name=template][value="product/standard"]', force=True)
    await expect(window.locator("[name=price]")).to_be_visible(timeout=WAIT_MS)
    await expect(window.locator("[name=title]")).to_have_value("Typed")
    await window.fill("[name=price]", "$12")
    await expect(window.locator("[data-result]")).to_contain_text("$12", timeout=WAIT_MS)
    state = _state(window)
    assert (state["template"], state["price"]) == (["product/standard"], ["$12"])
    await window.reload()
    await expect(window.locator("[name=price]")).to_have_value("$12")
    await expect(window.locator("[data-result] img")).to_have_attribute(
        "alt", "Preview of the card in Product", timeout=WAIT_MS
    )


async def test_the_colour_picker_and_its_text_are_one(window: Page, site: LocalSite) -> None:
    await window.fill("[name=url]", site.put_page("A page"))
    await window.fill("[data-colour]", "#16a34a")
    await expect(window.locator("[name=accentColor]")).to_have_value("#16a34a")
    await window.fill("[name=accentColor]", "#f00")
    await expect(window.locator("[data-colour]")).to_have_value("#ff0000")
    await window.fill("[name=accentColor]", "green")
    fault = window.locator("[data-result] .notice.bad")
    await expect(fault).to_contain_text("accentColor", timeout=WAIT_MS)
