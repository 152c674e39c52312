"""Everybody who asks for the same few cards: readers, refreshers and those who delete."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.faults.books import Books
from tests.faults.exchanges import ANSWER_WITHIN_S, Exchange, Outcome, exchange
from tests.faults.load import PLENTY_OF_REQUESTS, Customer
from tests.faults.topology import Edge, Topology
from tests.races.order import Act
from tests.races.pages import CountingPage
from tests.races.troubles import PAUSE_MAX_S

DELETED = ("a", "b")
CARDS = (*DELETED, "c", "d")
"""What nobody deletes shows whether a refresh that nobody ends is taken over."""
TEMPLATE = "generic/standard"
CREDITS = 10_000_000
READERS_OF_AN_EDGE = 2
REFRESHERS = 3
DELETERS = 2
READ_PAUSE_MAX_S = 0.06
REFRESH_PAUSE_MAX_S = 0.4
DELETE_PAUSE_MAX_S = 0.8
AWAY_PAUSE_S = 0.4


@dataclass
class Asked(Exchange):
    """One request for one of the cards, at one edge."""

    act: Act = Act.GET
    card: str = ""
    edge: str = ""
    within_s: float = ANSWER_WITHIN_S + PAUSE_MAX_S


class Load:
    """One customer's clients on all edges; `asked` is the complete record of the cards."""

    def __init__(self, topology: Topology, seed: str) -> None:
        self.asked: list[Asked] = []
        self.customer: Customer
        """The account, and all that was asked for it."""
        self.pages = {
            name: CountingPage(name, random.Random(f"{seed}/page {name}")) for name in CARDS
        }
        self._managing_key = ""
        self._topology = topology
        self._seed = seed

    async def prepare(self, books: Books) -> None:
        """Make the account, and put the pages up."""
        account = await books.open_account("business", PLENTY_OF_REQUESTS)
        await books.grant(account, CREDITS)
        self.customer = Customer("races", account, workers=0)
        self._managing_key = await books.managing_key(account)
        for page in self.pages.values():
            page.put(self._topology.site)

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until told to stop, and wait for what is under way."""
        async with asyncio.TaskGroup() as group:
            for edge in self._topology.edges:
                for number in range(READERS_OF_AN_EDGE):
                    group.create_task(self._read(edge, self._rng(edge.name, number), stop))
            for number in range(REFRESHERS):
                group.create_task(self._refresh(self._rng("refresher", number), stop))
            for number in range(DELETERS):
                group.create_task(self._delete(self._rng("deleter", number), stop))

    async def look_at_all(self) -> None:
        """Refresh every card, and ask every edge for it."""
        for card in CARDS:
            await self.ask(Act.REFRESH, card, self._topology.edges[0])
            await self._ask_everywhere(card)

    async def ask(
        self,
        act: Act,
        card: str,
        edge: Edge,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> Asked:
        """Ask for a card at an edge and note what comes."""
        query = {"url": self.pages[card].url, "template": TEMPLATE}
        if act is Act.REFRESH:
            query["refresh"] = "true"
        account = self.customer.account
        key = self._managing_key if act is Act.DELETE else account.api_key
        sent = {"Authorization": f"Bearer {key}", **(headers or {})}
        what = f"{act.value} {card} at {edge.name}"
        asked = Asked(account.account_id, what, act=act, card=card, edge=edge.name)
        self.asked.append(asked)
        self.customer.asked.append(asked)
        await exchange(asked, edge.port, method, f"/api/og?{urlencode(query, safe='/:')}", sent)
        return asked

    async def _read(self, edge: Edge, rng: random.Random, stop: asyncio.Event) -> None:
        etags: dict[str, str] = {}
        while not stop.is_set():
            card = rng.choice(CARDS)
            [way] = rng.choices(("get", "head", "conditional"), (8, 1, 2))
            headers = {}
            if way == "conditional" and card in etags:
                headers["If-None-Match"] = etags[card]
            method = "HEAD" if way == "head" else "GET"
            asked = await self.ask(Act.GET, card, edge, method=method, headers=headers)
            etags[card] = asked.etag or etags.get(card, '""')
            await self._think(asked, rng.uniform(0, READ_PAUSE_MAX_S))

    async def _refresh(self, rng: random.Random, stop: asyncio.Event) -> None:
        while not stop.is_set():
            card = rng.choice(CARDS)
            asked = await self.ask(Act.REFRESH, card, rng.choice(self._topology.edges))
            if rng.random() < 0.5:
                await self._ask_everywhere(card)
            await self._think(asked, rng.uniform(0, REFRESH_PAUSE_MAX_S))

    async def _delete(self, rng: random.Random, stop: asyncio.Event) -> None:
        while not stop.is_set():
            card = rng.choice(DELETED)
            edge = rng.choice(self._topology.edges)
            asked = await self.ask(Act.DELETE, card, edge, method="DELETE")
            match rng.choice(("look", "regenerate", "leave")):
                case "look":
                    await self._ask_everywhere(card)
                case "regenerate":
                    await self.ask(Act.REFRESH, card, rng.choice(self._topology.edges))
                case _:
                    pass
            await self._think(asked, rng.uniform(0, DELETE_PAUSE_MAX_S))

    async def _ask_everywhere(self, card: str) -> None:
        await asyncio.gather(*(self.ask(Act.GET, card, edge) for edge in self._topology.edges))

    async def _think(self, asked: Asked, pause_s: float) -> None:
        is_away = asked.outcome is Outcome.NOT_BEGUN
        await asyncio.sleep(AWAY_PAUSE_S if is_away else pause_s)

    def _rng(self, name: str, number: int) -> random.Random:
        return random.Random(f"{self._seed}/{name}/{number}")
