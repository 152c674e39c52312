"""`make screenshots`: every page as a phone and a desktop show it, light and dark, on one sheet."""

from __future__ import annotations

import argparse
import asyncio
import html
import itertools
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.async_api import Browser, async_playwright

from og_service.progress import Progress
from tests.browser.places import EXAMPLES, Place, places
from tests.browser.states import STATES
from tests.browser.systems import browser_system
from tests.browser.windows import Scheme, new_window
from tests.browser.world import World, new_world
from tests.support.browser import ARGUMENTS, chromium
from tests.support.people import somebody

SIZES_PX: Mapping[str, tuple[int, int]] = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DAYS = (1, 4, 6, 3, 0, 5, 7, 4)
"""New cards on each of the last days."""
SETTLE_MS = 800
"""Previews are fetched after a page is there."""
SHOW_ALL = """() => Promise.all([...document.images].map(image => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""
"""Pictures that nobody scrolled to are not fetched otherwise."""


@dataclass(frozen=True)
class Shot:
    """One picture to take."""

    name: str
    path: str
    signed_in: bool


@dataclass
class Sheet:
    """Where pictures go, and what is on each."""

    directory: Path
    taken: dict[str, list[str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def file(self, name: str, size: str, scheme: str) -> Path:
        """Give the file of a picture, and note it."""
        file = f"{name}-{size}-{scheme}.png"
        self.taken.setdefault(name, []).append(file)
        return self.directory / file

    def write(self) -> None:
        """Write the contact sheet."""
        rows = []
        for name, files in self.taken.items():
            pictures = "".join(
                f'<a href="{file}"><img src="{file}" alt="{file}" loading="lazy"></a>'
                for file in files
            )
            rows.append(f"<h2>{html.escape(name)}</h2><div>{pictures}</div>")
        complaints = "".join(f"<li>{html.escape(each)}</li>" for each in self.complaints)
        (self.directory / "index.html").write_text(
            "<!doctype html><meta charset=utf-8><title>Every page</title><style>"
            "body{font:14px sans-serif;margin:2rem;background:#888}div{display:flex;gap:1rem;"
            "align-items:flex-start;overflow-x:auto}img{height:420px;border:1px solid #444}"
            f"</style><h1>Every page</h1><ul>{complaints}</ul>{''.join(rows)}"
        )


def shots(world: World) -> Iterator[Shot]:
    """List every page of the table, those of public examples once for each."""
    for place in places():
        yield from _shots_of(place, world)


def _shots_of(place: Place, world: World) -> Iterator[Shot]:
    named = [name for name in EXAMPLES if f"{{{name}}}" in place.path]
    for values in itertools.product(*(EXAMPLES[name] for name in named)):
        chosen = {**world.objects, **dict(zip(named, values, strict=True))}
        suffix = "-".join(values)
        name = f"{place.name}-{suffix}" if named and len(values) else place.name
        yield Shot(name, place.path_with(chosen), place.signed_in)


async def take(
    browser: Browser, base_url: str, wanted: list[Shot], cookies: httpx.Cookies, sheet: Sheet
) -> None:
    """Take every picture in every size and scheme."""
    total = len(wanted) * len(SIZES_PX) * len(SCHEMES)
    with Progress("pictures", total) as progress:
        for (size, size_px), scheme in itertools.product(SIZES_PX.items(), SCHEMES):
            for signed_in in (True, False):
                async with new_window(
                    browser,
                    base_url,
                    size_px=size_px,
                    scheme=scheme,
                    cookies=cookies if signed_in else None,
                ) as window:
                    for shot in (each for each in wanted if each.signed_in is signed_in):
                        await window.open(shot.path)
                        await window.page.evaluate(SHOW_ALL)
                        await window.page.wait_for_timeout(SETTLE_MS)
                        file = sheet.file(shot.name, size, scheme)
                        await window.page.screenshot(path=file, full_page=True)
                        progress.advance(note=shot.name)
                    sheet.complaints += [*window.errors, *window.elsewhere]


async def take_states(browser: Browser, base_url: str, world: World, sheet: Sheet) -> None:
    """Take pictures of what pages look like when something is empty or wrong."""
    async with somebody(base_url) as newcomer:
        await newcomer.sign_up()
        visitors = {
            "newcomer": newcomer.client.cookies,
            "owner": world.owner.client.cookies,
            "nobody": None,
        }
        for state in STATES:
            for size, scheme in (("phone", "light"), ("desktop", "dark")):
                async with new_window(
                    browser,
                    base_url,
                    size_px=SIZES_PX[size],
                    scheme="dark" if scheme == "dark" else "light",
                    cookies=visitors[state.who],
                ) as window:
                    await state.reach(window, world)
                    await window.page.wait_for_timeout(SETTLE_MS)
                    file = sheet.file(f"state-{state.name}", size, scheme)
                    await window.page.screenshot(path=file, full_page=True)


async def run(directory: Path, only: str) -> None:
    """Start a system, fill it, and take the pictures."""
    sheet = Sheet(directory)
    async with AsyncExitStack() as closing:
        scratch = closing.enter_context(tempfile.TemporaryDirectory())
        system = await closing.enter_async_context(browser_system(Path(scratch)))
        world = await closing.enter_async_context(
            new_world(system.stack, system.mail, days=DAYS, plan="pro")
        )
        playwright = await closing.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS])
        wanted = [shot for shot in shots(world) if only in shot.path]
        base_url = system.stack.base_url
        await take(browser, base_url, wanted, world.owner.client.cookies, sheet)
        if not only:
            await take_states(browser, base_url, world, sheet)
        await browser.close()
    sheet.write()
    sys.stdout.write(f"{directory / 'index.html'}\n")


def main() -> None:
    """Read where to, and which."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(".local/screenshots"))
    parser.add_argument("--only", default="", help="Only pages whose path holds this.")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    asyncio.run(run(arguments.out.resolve(), arguments.only))


if __name__ == "__main__":
    main()
