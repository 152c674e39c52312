"""A window of a real browser that notices what a reader would mind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response

PHONE_PX: Final = (360, 740)
DESKTOP_PX: Final = (1280, 800)
ACTION_TIMEOUT_MS: Final = 20_000
OWN_SCHEMES: Final = frozenset({"data", "blob", "about"})

Scheme = Literal["light", "dark"]


@dataclass
class Window:
    """One page of a browser, and what went wrong on it."""

    page: Page
    base_url: str
    elsewhere: list[str] = field(default_factory=list)
    """Requests to other hosts."""
    errors: list[str] = field(default_factory=list)
    """What the console complains of, scripts that failed, and files that are not there."""

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def open(self, path: str) -> Response:
        """Go to a page of ours and wait until all that it names is there."""
        url = path if path.startswith("http") else f"{self.base_url}{path}"
        response = await self.page.goto(url, wait_until="load")
        assert response is not None
        return response

    def expect_no_complaint(self) -> None:
        """Fail where anything went wrong on what was opened so far."""
        assert self.elsewhere == []
        assert self.errors == []

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and parts.netloc != urlsplit(self.base_url).netloc:
            self.elsewhere.append(request.url)

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.errors.append(f"{response.status} {response.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        # The browser itself says of each answer over 399 what _note_response knows better.
        if message.type in {"error", "warning"} and "status of" not in message.text:
            self.errors.append(message.text)


@asynccontextmanager
async def new_window(
    browser: Browser,
    base_url: str,
    *,
    size_px: tuple[int, int] = DESKTOP_PX,
    scheme: Scheme = "light",
    scripts: bool = True,
    cookies: httpx.Cookies | None = None,
) -> AsyncIterator[Window]:
    """Open a window with nothing in it; cookies are those of somebody who is signed in."""
    context = await browser.new_context(
        viewport={"width": size_px[0], "height": size_px[1]},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    context.set_default_timeout(ACTION_TIMEOUT_MS)
    if cookies is not None:
        await context.add_cookies(
            [
                {"name": each.name, "value": each.value or "", "url": base_url}
                for each in cookies.jar
            ]
        )
    try:
        yield Window(await context.new_page(), base_url)
    finally:
        await context.close()
