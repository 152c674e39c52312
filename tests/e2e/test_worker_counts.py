"""`make run` with two processes of each service, which die one at a time under load."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from og_stack.processes import SERVICES
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card
from tests.e2e.books import audit
from tests.e2e.systems import whole_system
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.processes import is_running
from tests.support.waiting import eventually

ASK_TIMEOUT_S = 30
BACK_TIMEOUT_S = 60
CROWD = 8
CLOSING_S = 0.5
"""A process that is gone may have threads left whose end closes its port; the next one takes
seconds to start."""
ANSWERS = 40
"""So many are awaited before a kill, and again after it."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pairs(tmp_path_factory: pytest.TempPathFactory, site: LocalSite) -> AsyncIterator[Stack]:
    counts = {f"OG_{service.upper()}_PROCESSES": "2" for service in SERVICES}
    directory = tmp_path_factory.mktemp("pairs")
    # Neither the readers nor the workers of the four are many: the machine may have two cores.
    settings = {**counts, "OG_EXTRACT_READERS": "1", "OG_RENDER_WORKERS": "1"}
    async with whole_system(directory, site, settings) as running:
        yield running


@dataclass
class Crowd:
    """What clients see who ask again and again, each time on a connection of its own."""

    stack: Stack
    customer: Customer
    url: str
    ids: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    broken_begun_s: list[float] = field(default_factory=list)
    """When requests were begun whose connection broke, by the monotonic clock."""

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Let the crowd ask for the length of the context."""
        over = asyncio.Event()
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(
            base_url=self.stack.base_url, timeout=ASK_TIMEOUT_S, limits=limits
        ) as client:
            asks = [asyncio.create_task(self._ask(Api(client), over)) for _ in range(CROWD)]
            try:
                yield
            finally:
                over.set()
                await asyncio.gather(*asks)

    async def served(self, more: int = ANSWERS) -> None:
        """Wait for so many more cards."""
        goal = self.answers[200] + more
        await eventually(lambda: self.answers[200] >= goal, ASK_TIMEOUT_S)

    async def _ask(self, api: Api, over: asyncio.Event) -> None:
        while not over.is_set():
            begun_s = time.monotonic()
            try:
                answer = await api.ask(self.url, self.customer)
            except httpx.TransportError:
                self.broken_begun_s.append(begun_s)
                continue
            self.answers[answer.status_code] += 1
            self.ids.append(answer.headers["x-request-id"])


def pids(stack: Stack) -> dict[str, int]:
    return {name: stack.process(name).pid for name in stack.supervisor.children}


async def test_each_process_answers_by_itself_and_cards_are_everybodys(
    pairs: Stack, site: LocalSite
) -> None:
    assert {f"{service}-{n}" for service in SERVICES for n in (1, 2)} < set(pids(pairs))
    customer = await create_customer(pairs)
    url = site.put_page("A page")
    answers = []
    for base_url in (*pairs.edge_urls, pairs.base_url):
        async with httpx.AsyncClient(base_url=base_url, timeout=ASK_TIMEOUT_S) as client:
            answers.append(await Api(client).ask(url, customer))
    card = check_card(answers[0], "MISS", 10)
    for answer in answers[1:]:
        assert check_card(answer, "HIT", 1) == card


@pytest.mark.parametrize("victim", ["edge-1", "billing-2"])
async def test_one_that_is_killed_under_load_takes_nothing_else_down(
    pairs: Stack, site: LocalSite, tmp_path: Path, victim: str
) -> None:
    crowd = Crowd(pairs, await create_customer(pairs), site.put_page("A page"))
    before = pids(pairs)
    async with crowd.asking():
        await crowd.served()
        old_pid = pairs.kill(victim)
        await eventually(lambda: not is_running(old_pid))
        closed_s = time.monotonic() + CLOSING_S
        await crowd.served()
        await asyncio.wait_for(pairs.up_again(victim, old_pid), BACK_TIMEOUT_S)
        await crowd.served()
    assert set(crowd.answers) == {200}
    # Who is connected to an edge that dies sees it, and who connects to it until it is gone, which
    # may be the same one again: its port closes after its connections. Nobody sees a billing die.
    assert all(begun_s <= closed_s for begun_s in crowd.broken_begun_s)
    assert victim == "edge-1" or not crowd.broken_begun_s
    after = pids(pairs)
    assert {name for name in after if after[name] != before[name]} == {victim}
    found = await audit(pairs, crowd.customer, crowd.ids, tmp_path)
    assert found["received_without_charge"] == []
    assert len(found["charged_not_received"]) <= len(crowd.broken_begun_s)
