"""With no room left for new cards they are refused at once, and cards that exist do not notice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from statistics import median

import httpx
import pytest
import pytest_asyncio
from starlette.responses import HTMLResponse, Response

from og_stack.stack import Stack
from tests.e2e.api import BUDGET_S, Api, check_card, check_error
from tests.e2e.books import credits_of, wait_for_credits
from tests.e2e.replicas import edge_replica, grpc_replica_process
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.processes import descendants, stopped

WORKERS, QUEUED = 1, 2
RUNNING, WAITING = 2, 1
TOO_MANY = 5
HITS = 30
AT_ONCE_S = 6.0
SLOWER_AT_MOST = 10
SPARE_S = 1.0
BACK_WITHIN_S = 40.0


@dataclass
class Narrow:
    """An edge whose render and extract take little at once."""

    api: Api
    render_pid: int


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def narrow(stack: Stack) -> AsyncIterator[Narrow]:
    few_drawings = {"OG_RENDER_WORKERS": str(WORKERS), "OG_RENDER_QUEUE_LENGTH": str(QUEUED)}
    few_pages = {"OG_EXTRACT_RUNNING_MAX": str(RUNNING), "OG_EXTRACT_WAITING_MAX": str(WAITING)}
    async with (
        grpc_replica_process(stack, "render", few_drawings) as render,
        grpc_replica_process(stack, "extract", few_pages) as extract,
        edge_replica(
            stack, {"OG_RENDER_TARGET": render.target, "OG_EXTRACT_TARGET": extract.target}
        ) as edge,
    ):
        yield Narrow(edge.api, render.process.pid)


class HeldPages:
    """Pages that come when the test says so."""

    def __init__(self, site: LocalSite, count: int) -> None:
        self.asked = 0
        self.may_come = asyncio.Event()
        self.urls = [site.put(self._answer) for _ in range(count)]

    async def _answer(self) -> Response:
        self.asked += 1
        await self.may_come.wait()
        return HTMLResponse("<!doctype html><title>A page that took its time</title>")


async def hits_s(api: Api, url: str, customer: Customer) -> list[float]:
    """Ask again and again for a card that exists; give how long each took, in seconds."""
    took_s = []
    for _ in range(HITS):
        started = time.monotonic()
        check_card(await api.ask(url, customer), "HIT", 1)
        took_s.append(time.monotonic() - started)
    return took_s


async def first_answers(
    asks: Sequence[asyncio.Task[httpx.Response]], count: int
) -> list[httpx.Response]:
    """Give so many answers as they come, all of them within AT_ONCE_S."""
    async with asyncio.timeout(AT_ONCE_S):
        coming = asyncio.as_completed(asks)
        return [await next(coming) for _ in range(count)]


def check_come_back(response: httpx.Response, *codes: str) -> None:
    code = response.json()["error"]["code"]
    assert code in codes
    check_error(response, 500, code)
    assert int(response.headers["retry-after"]) >= 1


async def check_room_again(api: Api, url: str, customer: Customer) -> None:
    """Wait until new cards are drawn again."""
    deadline, number = time.monotonic() + BACK_WITHIN_S, 0
    while (answer := await api.ask(url, customer, title=f"After {number}")).status_code != 200:
        check_come_back(answer, "overloaded", "internal_error")
        assert time.monotonic() < deadline, answer.text
        number += 1
    check_card(answer, "MISS", 10)


@pytest.fixture
async def known(narrow: Narrow, site: LocalSite, customer: Customer) -> str:
    """A page whose card exists."""
    url = site.put_page("A page")
    check_card(await narrow.api.ask(url, customer), "MISS", 10)
    return url


async def test_with_every_drawer_stuck_new_cards_are_refused_and_known_ones_served(
    narrow: Narrow, stack: Stack, known: str, customer: Customer
) -> None:
    calm_s = median(await hits_s(narrow.api, known, customer))
    before = await credits_of(stack, customer)
    with stopped(descendants(narrow.render_pid)):
        started = time.monotonic()
        asks = [
            asyncio.create_task(narrow.api.ask(known, customer, title=f"New {number}"))
            for number in range(WORKERS + QUEUED + TOO_MANY)
        ]
        for refused in await first_answers(asks, TOO_MANY):
            check_come_back(refused, "overloaded")
        busy_s = median(await hits_s(narrow.api, known, customer))
        assert busy_s < SLOWER_AT_MOST * calm_s + SPARE_S
        answers = await asyncio.gather(*asks)
        assert time.monotonic() - started < BUDGET_S
    drawn = [answer for answer in answers if answer.status_code == 200]
    for answer in answers:
        if answer not in drawn:
            check_come_back(answer, "overloaded", "internal_error")
    await wait_for_credits(stack, customer, before - HITS - 10 * len(drawn))
    await check_room_again(narrow.api, known, customer)


async def test_with_every_reader_at_a_slow_page_new_cards_are_refused_and_known_ones_served(
    narrow: Narrow, stack: Stack, site: LocalSite, known: str, customer: Customer
) -> None:
    calm_s = median(await hits_s(narrow.api, known, customer))
    before = await credits_of(stack, customer)
    pages = HeldPages(site, RUNNING + WAITING + TOO_MANY)
    asks = [asyncio.create_task(narrow.api.ask(url, customer)) for url in pages.urls]
    for refused in await first_answers(asks, TOO_MANY):
        check_come_back(refused, "overloaded")
    assert pages.asked <= RUNNING
    busy_s = median(await hits_s(narrow.api, known, customer))
    assert busy_s < SLOWER_AT_MOST * calm_s + SPARE_S
    pages.may_come.set()
    answers = await asyncio.gather(*asks)
    drawn = [answer for answer in answers if answer.status_code == 200]
    assert len(drawn) == RUNNING + WAITING
    await wait_for_credits(stack, customer, before - HITS - 10 * len(drawn))
    await check_room_again(narrow.api, known, customer)


async def test_pages_that_never_come_give_their_places_back_in_time(
    narrow: Narrow, stack: Stack, site: LocalSite, known: str, customer: Customer
) -> None:
    before = await credits_of(stack, customer)
    pages = HeldPages(site, RUNNING + WAITING)
    started = time.monotonic()
    answers = await asyncio.gather(*(narrow.api.ask(url, customer) for url in pages.urls))
    assert time.monotonic() - started < BUDGET_S
    for answer in answers:
        assert answer.status_code in {400, 500}
        check_error(answer, answer.status_code, answer.json()["error"]["code"])
    await wait_for_credits(stack, customer, before)
    pages.may_come.set()
    await check_room_again(narrow.api, known, customer)
