"""The card on the start page, which follows its controls."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from og_stack.stack import Stack
from tests.browser.windows import new_window


async def test_the_tag_follows_what_is_chosen(browser: Browser, stack: Stack) -> None:
    async with new_window(browser, stack.base_url) as window:
        await window.open("/")
        tag = window.page.locator("[data-tag]")
        before = await tag.inner_text()
        await window.page.check("[data-stage] [name=theme][value=dark]", force=True)
        await expect(tag).to_have_text(f"{before}&amp;theme=dark")
        window.expect_no_complaint()
