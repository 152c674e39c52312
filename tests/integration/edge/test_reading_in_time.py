"""Pages that do not come in the time that a request has left, read by the real extract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest
from starlette.responses import HTMLResponse, Response

from og_edge.card_request import CardRequest, parse_card_request
from og_edge.clients import ExtractClient
from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.drawing import KEEP_FOR_RENDER_S, Drawer, Renderer
from og_edge.errors import PageUnreachableError
from og_extract.server import compose
from og_extract.settings import Settings
from og_service.testing import serve_in_process
from og_service.trust import Environment
from tests.support.local_site import LocalSite, local_site
from tests.unit.edge.samples import template

SHORT_S = KEEP_FOR_RENDER_S + 1.0
"""What is left of a request that has waited for others; a page would get five seconds."""


@pytest.fixture
async def site() -> AsyncIterator[LocalSite]:
    async with local_site() as site:
        yield site


@pytest.fixture
async def drawer(site: LocalSite) -> AsyncIterator[Drawer]:
    settings = Settings(
        environment=Environment.DEVELOPMENT,
        loopback_targets=frozenset({site.address}),
        extract_readers=1,
    )
    async with (
        compose(settings) as services,
        serve_in_process(services, "extract.instantog.com") as channel,
    ):
        nothing_is_drawn = cast("Renderer", None)
        yield Drawer(ExtractClient(channel, "https://cards.example/api/og"), nothing_is_drawn)


async def read(drawer: Drawer, url: str) -> None:
    deadline = Deadline.after(SHORT_S)
    await drawer.read(_wanted(url), template(), deadline, pictures=False, fresh=True)


async def test_a_slow_page_is_the_failure_of_who_had_little_time_alone(
    drawer: Drawer, site: LocalSite
) -> None:
    never = asyncio.Event()

    async def silence() -> Response:
        await never.wait()
        return HTMLResponse("")

    with pytest.raises(OutOfTimeError):
        await read(drawer, site.put(silence))
    never.set()


async def test_a_page_that_answers_with_an_error_is_unreachable_to_everybody(
    drawer: Drawer, site: LocalSite
) -> None:
    with pytest.raises(PageUnreachableError):
        await read(drawer, f"http://{site.address}/nothing")


def _wanted(url: str) -> CardRequest:
    query = f"template=article/blog-post&url={url}"
    targets = frozenset({url.split("/")[2]})
    return parse_card_request(query.encode(), loopback_targets=targets)
