"""A newcomer in a real browser: from sign-up to a tag that is verified on a page of theirs."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser.systems import BrowserSystem
from tests.browser.windows import Window, new_window
from tests.support.people import PASSWORD

EMAIL = "newcomer-{}@example.com"
CRAWLER = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
CARD_TAG = re.compile(r'property="og:image" content="([^"]+)"')


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_from_sign_up_to_a_verified_tag(
    browser: Browser, system: BrowserSystem, *, scripts: bool
) -> None:
    url = system.site.put_page("The harbour at dawn")
    async with new_window(browser, system.stack.base_url, scripts=scripts) as window:
        await _sign_up(window, system, EMAIL.format("js" if scripts else "plain"))
        await _register(window, system.site.address)
        await _see_a_card_of(window, url, scripts=scripts)
        tag = await _copy_tag(window, system.site.address, url, scripts=scripts)
        system.site.put_page("The harbour at dawn", tag, url)
        await window.page.get_by_role("button", name="Look now").click()
        await expect(window.page.locator("main .verdict-word")).to_have_text("Verified")
        await _have_it_shared(url)
        await _find_it_in_the_history(window)
        window.expect_no_complaint()


async def _sign_up(window: Window, system: BrowserSystem, email: str) -> None:
    page = window.page
    await window.open("/signup")
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_text(f"Verify {email}")).to_be_visible()

    [letter] = await system.mail.letters_to(email)
    [link] = re.findall(r"http\S+/verify\?token=\S+", letter.text)
    assert link.startswith(window.base_url)
    await window.open(link)
    await page.get_by_role("button", name="This address is mine").click()
    await expect(page.get_by_text(f"{email} is verified.")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("100")


async def _register(window: Window, domain: str) -> None:
    page = window.page
    await page.get_by_role("link", name="Sites", exact=True).click()
    await page.get_by_role("textbox", name="Domain").fill(domain)
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(domain)


async def _see_a_card_of(window: Window, url: str, *, scripts: bool) -> None:
    """Type the page's address; with scripts the card comes by itself."""
    page = window.page
    await page.get_by_role("link", name="Playground", exact=True).click()
    await page.get_by_role("textbox", name="Page", exact=True).fill(url)
    if not scripts:
        await page.get_by_role("button", name="Preview").click()
    card = page.get_by_alt_text("Preview of the card")
    await expect(card).to_be_visible()
    assert await card.get_attribute("width") == "1200"
    await expect(page.locator("main")).to_contain_text("The harbour at dawn")


async def _copy_tag(window: Window, domain: str, url: str, *, scripts: bool) -> str:
    page = window.page
    await page.get_by_role("link", name="Sites", exact=True).click()
    await page.get_by_role("link", name=domain, exact=True).click()
    await page.get_by_role("textbox", name="Page", exact=True).fill(url)
    await page.get_by_role("button", name="Show its tag").click()
    block = page.locator("main .code", has_text="og:image").first
    shown = await block.locator("code").inner_text()
    if scripts:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await block.get_by_role("button").click()
        copied: str = await page.evaluate("navigator.clipboard.readText()")
        assert copied.strip() == shown.strip()
    return shown


async def _have_it_shared(url: str) -> None:
    """Read the page and get its card as a crawler does."""
    async with httpx.AsyncClient(headers={"User-Agent": CRAWLER}, timeout=30) as crawler:
        text = (await crawler.get(url)).text
        found = CARD_TAG.search(text)
        assert found, text
        card = await crawler.get(unescape(found[1]))
    assert (card.status_code, card.headers["content-type"]) == (200, "image/png")


async def _find_it_in_the_history(window: Window) -> None:
    page = window.page
    await page.get_by_role("link", name="History", exact=True).click()
    await expect(page.locator("main")).to_contain_text("The harbour at dawn")
    await page.get_by_role("link", name="Overview", exact=True).click()
    await expect(page.locator("main")).to_contain_text("90")
