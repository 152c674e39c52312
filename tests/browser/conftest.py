from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from og_stack.stack import Stack
from tests.browser.systems import BrowserSystem, browser_system
from tests.browser.windows import ACTION_TIMEOUT_MS
from tests.browser.world import World, new_world
from tests.support.browser import ARGUMENTS, chromium


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BrowserSystem]:
    """The whole system, with a mail server and a site beside it."""
    async with browser_system(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="session")
def stack(system: BrowserSystem) -> Stack:
    return system.stack


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(system: BrowserSystem) -> AsyncIterator[World]:
    """An owner with something of everything."""
    async with new_world(system.stack, system.mail) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real browser; what is expected of a page is awaited as long as what is done on it."""
    expect.set_options(timeout=ACTION_TIMEOUT_MS)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS])
        yield launched
        await launched.close()
