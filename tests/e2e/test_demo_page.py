from __future__ import annotations

import re

import httpx
import pytest
from playwright.async_api import async_playwright

from og_stack.demo_data import ARTICLE_PATH, PRODUCT_PATH
from og_stack.stack import Stack
from tests.support.browser import ARGUMENTS, chromium

PAGES = pytest.mark.parametrize("path", [ARTICLE_PATH, PRODUCT_PATH])


def page_url(stack: Stack, path: str) -> str:
    return f"http://{stack.config.demo_site}{path}"


@PAGES
async def test_the_tag_of_a_demo_page_points_back_and_gives_a_card(stack: Stack, path: str) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        page = (await client.get(page_url(stack, path))).text
        [tag] = re.findall(r'property="og:image" content="([^"]+)"', page)
        address = tag.replace("&amp;", "&")
        assert address.startswith(f"{stack.base_url}/api/og?site={stack.demo.site_id}&")
        card = await client.get(address)
    assert card.status_code == 200, card.text
    assert card.headers["content-type"] == "image/png"


@pytest.mark.timeout(600)  # the first run may install the browser
@PAGES
async def test_a_browser_shows_the_card_and_every_picture(stack: Stack, path: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS])
        page = await browser.new_page()
        failed: list[str] = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        await page.goto(page_url(stack, path), wait_until="networkidle")
        sizes = await page.eval_on_selector_all(
            "img", "all => all.map(image => [image.naturalWidth, image.naturalHeight])"
        )
        card = await page.eval_on_selector("#card", "it => [it.naturalWidth, it.naturalHeight]")
        await browser.close()
    assert failed == []
    assert card == [1200, 630]
    assert [0, 0] not in sizes
