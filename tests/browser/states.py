"""What pages look like when something is empty, wrong or not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from og_stack.demo_data import ARTICLE_PATH
from tests.browser.windows import Window
from tests.browser.world import World

Who = Literal["newcomer", "owner", "nobody"]


@dataclass(frozen=True)
class State:
    """A name, who sees it, and how it is reached."""

    name: str
    who: Who
    reach: Callable[[Window, World], Awaitable[None]]


def _opened(path: str) -> Callable[[Window, World], Awaitable[None]]:
    async def reach(window: Window, world: World) -> None:
        await window.open(path.format(**world.objects))

    return reach


def _sent(path: str, fields: Mapping[str, str]) -> Callable[[Window, World], Awaitable[None]]:
    """Fill in the first form of the page that has these fields, and send it unchecked."""

    async def reach(window: Window, world: World) -> None:
        await window.open(path.format(**world.objects))
        for name, value in fields.items():
            await window.page.locator(f"main [name={name}]").first.fill(value)
        form = window.page.locator(f"main form:has([name={next(iter(fields))}])").first
        await form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
        await window.page.wait_for_load_state("load")

    return reach


def _demo_page(world: World) -> str:
    """Give a page whose tag is another account's."""
    return quote(f"http://{world.stack.config.demo_site}{ARTICLE_PATH}", safe="")


async def _looked_at(window: Window, world: World) -> None:
    path = f"/dashboard/sites/{world.site_id}"
    await window.open(f"{path}?page={_demo_page(world)}")
    await window.page.locator(f"main form[action^='{path}/look'] button").first.click()
    await window.page.wait_for_load_state("load")


async def _debugged(window: Window, world: World) -> None:
    await window.open(f"/debugger?url={_demo_page(world)}")


EMPTY: Final = (
    "/dashboard",
    "/dashboard/playground",
    "/dashboard/sites",
    "/dashboard/keys",
    "/dashboard/history",
    "/dashboard/usage",
    "/dashboard/billing",
    "/dashboard/settings",
)

STATES: Final = (
    *(State(f"empty{path.replace('/', '-')}", "newcomer", _opened(path)) for path in EMPTY),
    State("signup-wrong", "nobody", _sent("/signup", {"email": "ada", "password": "short"})),
    State("login-wrong", "nobody", _sent("/login", {"email": "a@example.com", "password": "no"})),
    State("forgot-sent", "nobody", _sent("/forgot", {"email": "a@example.com"})),
    State("reset-expired", "nobody", _sent("/reset?token=x", {"password": "seven small boats"})),
    State("site-wrong", "owner", _sent("/dashboard/sites", {"domain": "https://github.io/x"})),
    State("site-with-another-tag", "owner", _looked_at),
    State("debugger-report", "owner", _debugged),
    State("not-found", "nobody", _opened("/nowhere")),
    State("not-found-in-dashboard", "owner", _opened("/dashboard/sites/site_0000000000000000")),
)
