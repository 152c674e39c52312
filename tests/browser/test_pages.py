"""Each page in a real browser: nothing fails, nobody is left out, nothing is fetched elsewhere."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.browser.places import Place, places
from tests.browser.windows import PHONE_PX, Scheme, Window, new_window
from tests.browser.world import World

AXE = Axe()
SERIOUS = frozenset({"serious", "critical"})

CONTROLS = """() => {
  const marks = style =>
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  const drawn = element => [
    getComputedStyle(element), getComputedStyle(element, "::after"),
    getComputedStyle(element, "::before"), getComputedStyle(element.parentElement),
    getComputedStyle(element.parentElement.parentElement),
  ];
  const wrong = [];
  const controls = "a[href], button, input, select, textarea, summary";
  for (const element of document.querySelectorAll(controls)) {
    if (element.disabled || element.type === "hidden") continue;
    if (element.closest("[aria-hidden=true]") && element.tabIndex < 0) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const name = element.outerHTML.slice(0, 120);
    element.focus();
    const box = element.getBoundingClientRect();
    if (document.activeElement !== element) wrong.push(`cannot be reached: ${name}`);
    else if (element.tabIndex !== 0) wrong.push(`is out of order: ${name}`);
    else if (!(box.width && box.height)) wrong.push(`cannot be seen: ${name}`);
    else if (!drawn(element).some(marks)) wrong.push(`nothing marks the focus: ${name}`);
  }
  return wrong;
}"""
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter(each => each.checkVisibility()).map(each => Number(each.tagName[1]))"""
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter(each => each.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(each => each.outerHTML.slice(0, 160));
}"""

EACH_PLACE = pytest.mark.parametrize(
    "place", [pytest.param(place, id=place.path) for place in places()]
)


async def opened(window: Window, place: Place, world: World) -> None:
    response = await window.open(place.path_with(world.objects))
    assert response.status == 200


@EACH_PLACE
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_page_opens_without_complaints(
    place: Place, scheme: Scheme, browser: Browser, world: World
) -> None:
    cookies = world.owner.client.cookies if place.signed_in else None
    async with new_window(browser, world.stack.base_url, scheme=scheme, cookies=cookies) as window:
        await opened(window, place, world)
        window.expect_no_complaint()
        await _expect_headings(window)
        found = (await AXE.run(window.page)).response["violations"]
        assert [_told(each) for each in found if each["impact"] in SERIOUS] == []
        if scheme == "light":
            await _expect_keyboard(window)
        await window.page.set_viewport_size({"width": PHONE_PX[0], "height": PHONE_PX[1]})
        assert await _overflow(window) == []


async def _expect_headings(window: Window) -> None:
    assert len(await window.page.query_selector_all("h1")) == 1
    levels = await window.page.evaluate(HEADINGS)
    levels = levels[levels.index(1) :]  # what stands before it names navigation
    steps = [later - sooner for sooner, later in pairwise(levels)]
    assert all(step <= 1 for step in steps), f"levels of headings: {levels}"
    assert await window.page.locator("html[lang]").count() == 1


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(
        f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:3]
    )
    return f"{violation['id']} ({violation['impact']}): {nodes}"


async def _overflow(window: Window) -> list[str]:
    """Name what makes the page wider than the window."""
    found: list[str] = await window.page.evaluate(OVERFLOW)
    return found


async def _expect_keyboard(window: Window) -> None:
    """See that Tab begins at the skip link, and that each control takes the focus and shows it."""
    await window.page.keyboard.press("Tab")
    first = await window.page.evaluate("document.activeElement.className")
    assert first == "skip"
    assert await window.page.evaluate(CONTROLS) == []


async def test_titles_tell_pages_apart(browser: Browser, world: World) -> None:
    titles: dict[str, str] = {}
    cookies = world.owner.client.cookies
    async with new_window(browser, world.stack.base_url, cookies=cookies) as window:
        for place in places():
            if place.path in {"/login", "/signup"}:
                continue  # who is signed in is sent on
            await window.page.goto(f"{window.base_url}{place.path_with(world.objects)}")
            title = await window.page.title()
            assert title not in titles, f"{place.path} is called as {titles[title]}: {title}"
            titles[title] = place.path


async def test_the_skip_link_leads_to_the_content(browser: Browser, world: World) -> None:
    async with new_window(browser, world.stack.base_url) as window:
        await window.open("/login")
        await window.page.keyboard.press("Tab")
        await window.page.keyboard.press("Enter")
        assert await window.page.evaluate("document.activeElement.id") == "main"
