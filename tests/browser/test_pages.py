"""Each page in a real browser: nothing fails, nobody is left out, nothing is fetched elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.browser.places import Place, places
from tests.browser.windows import DESKTOP_PX, PHONE_PX, Scheme, Window, new_window
from tests.browser.world import World

AXE = Axe()
SERIOUS = frozenset({"serious", "critical"})
MAX_TABS = 400

FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const marks = style =>
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  const around = [element.parentElement, element.parentElement.parentElement];
  const drawn = [
    style, getComputedStyle(element, "::after"), getComputedStyle(element, "::before"),
    ...around.filter(Boolean).map(each => getComputedStyle(each)),
  ];
  return {
    path: element.outerHTML.slice(0, 120),
    visible: box.width > 0 && box.height > 0 && style.visibility === "visible",
    marked: drawn.some(marks),
    index: [...document.querySelectorAll("*")].indexOf(element),
  };
}"""
CONTROLS = """() => {
  const all = [...document.querySelectorAll("*")];
  const wanted = "a[href], button, input, select, textarea, summary";
  return all.flatMap((element, index) => {
    if (!element.matches(wanted) || element.disabled || element.type === "hidden") return [];
    if (element.tabIndex < 0 || !element.checkVisibility({visibilityProperty: true})) return [];
    if (element.type === "radio") return [];  // of a group one is reached, the others by arrows
    return [[index, element.outerHTML.slice(0, 120)]];
  });
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
        await window.page.set_viewport_size({"width": PHONE_PX[0], "height": PHONE_PX[1]})
        assert await _overflow(window) == []
        if scheme == "light":
            await window.page.set_viewport_size({"width": DESKTOP_PX[0], "height": DESKTOP_PX[1]})
            await _expect_keyboard(window)


async def _expect_headings(window: Window) -> None:
    assert len(await window.page.query_selector_all("h1")) == 1
    levels = await window.page.evaluate(HEADINGS)
    steps = [later - sooner for sooner, later in zip([0, *levels], levels, strict=False)]
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
    """Go through the page by Tab: the skip link first, then every control, each with its mark."""
    controls = dict(await window.page.evaluate(CONTROLS))
    reached: dict[int, str] = {}
    last = -1
    await window.page.evaluate("() => window.scrollTo(0, 0)")
    for number in range(MAX_TABS):
        await window.page.keyboard.press("Tab")
        focus = await window.page.evaluate(FOCUS)
        if focus is not None and focus["index"] == last:
            continue  # a date has several stops
        if focus is None or focus["index"] in reached:
            break
        assert focus["visible"], f"focus cannot be seen: {focus['path']}"
        assert focus["marked"], f"nothing marks the focus: {focus['path']}"
        if number == 0:
            assert "skip" in focus["path"]
        last = focus["index"]
        reached[last] = focus["path"]
    assert [text for index, text in controls.items() if index not in reached] == []


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
