"""Customers and people who ask all the time, none of whom may notice a restart."""

from __future__ import annotations

import asyncio
import html
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv6Address
from urllib.parse import urlencode

import httpx

from og_stack.ports import LOOPBACK
from tests.faults.books import Account, Books
from tests.faults.exchanges import Exchange
from tests.faults.load import PLENTY_OF_REQUESTS, Customer
from tests.rolling.connections import KeptConnection
from tests.support.local_site import LocalSite
from tests.support.people import PASSWORD, Person

TEMPLATE = "generic/standard"
POPULAR_CARDS = 8
CREDITS = 10_000_000
KEY_CLIENTS = 8
SITE_CLIENTS = 4
READERS = 2
"""Of pages."""
PAUSE_MAX_S = 0.12
READER_PAUSE_MAX_S = 0.4
IDLE_PAUSE_MAX_S = 8.0
"""Now and then a client leaves its connection alone for so long."""
IDLE_SHARE = 0.01
PAGE_TIMEOUT_S = 30
PUBLIC_PAGES = ("/", "/templates", "/pricing", "/docs", "/docs/quickstart", "/healthz")
OWN_PAGES = ("/dashboard", "/dashboard/usage", "/dashboard/keys", "/dashboard/sites")


@dataclass
class PageAnswers:
    """What people saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[tuple[float, str]] = field(default_factory=list)
    """When each was seen, by the monotonic clock, and what it was."""


class Load:
    """All who ask. `customers` and `pages` tell what they got."""

    def __init__(
        self, port: int, base_url: str, site: LocalSite, seed: str, *, pace: float = 1.0
    ) -> None:
        """Say where the edges are found; a pace of 2 asks half as often."""
        self.customers: list[Customer] = []
        self.pages = PageAnswers()
        self.connections: list[KeptConnection] = []
        self._port = port
        self._base_url = base_url
        self._site = site
        self._seed = seed
        self.pace = pace
        self._new_cards = 0
        self._page = site.put_page("A page that everybody wants a card of")

    @property
    def requests(self) -> int:
        """How many were made."""
        cards = sum(len(customer.asked) for customer in self.customers)
        return cards + self.pages.statuses.total()

    async def prepare(self, books: Books) -> None:
        """Make one customer that asks by its key and one that asks by its site."""
        by_key = await self._customer(books, "key")
        by_site = await self._customer(books, "site")
        by_site.site_id = await books.create_site(by_site.account, self._site.address)
        self.customers = [by_key, by_site]

    async def _customer(self, books: Books, name: str) -> Customer:
        account: Account = await books.open_account("business", PLENTY_OF_REQUESTS)
        await books.grant(account, CREDITS)
        return Customer(name, account, workers=0)

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until told to stop, and wait for what is under way."""
        by_key, by_site = self.customers
        async with asyncio.TaskGroup() as group:
            for number in range(KEY_CLIENTS):
                group.create_task(_Client(self, by_key, self._rng("key", number)).run(stop))
            for number in range(SITE_CLIENTS):
                group.create_task(_Client(self, by_site, self._rng("site", number)).run(stop))
            for number in range(READERS):
                group.create_task(self._read_pages(self._rng("reader", number), stop))

    def _rng(self, name: str, number: int) -> random.Random:
        return random.Random(f"{self._seed}/{name}/{number}")

    def new_title(self) -> str:
        """Give a title that no card has had."""
        self._new_cards += 1
        return f"{self._seed} {self._new_cards}"

    def connection(self) -> KeptConnection:
        """Give a client's connection to whichever edge it falls to."""
        self.connections.append(KeptConnection(self._port))
        return self.connections[-1]

    def card(self, customer: Customer, title: str) -> str:
        """Give the query of a card; a site's is put into the tag of a page of its own."""
        if not customer.site_id:
            return urlencode({"url": self._page, "template": TEMPLATE, "title": title}, safe="/:")
        url = self._site.put_page("")
        parts = {"site": customer.site_id, "template": TEMPLATE, "url": url, "title": title}
        query = urlencode(parts, safe="/:")
        card = html.escape(f"{self._base_url}/api/og?{query}")
        self._site.put_page(title, f'<meta property="og:image" content="{card}">', url)
        return query

    async def _read_pages(self, rng: random.Random, stop: asyncio.Event) -> None:
        """Be somebody who signs up, reads pages, and signs out and in."""
        async with httpx.AsyncClient(
            base_url=f"http://{LOOPBACK}:{self._port}",
            timeout=PAGE_TIMEOUT_S,
            headers={"Accept": "text/html", "X-Forwarded-For": _address(rng)},
        ) as client:
            person = Person(client, f"{rng.getrandbits(64):x}@example.com")
            await self._saw("sign up", person.sign_up, {None})
            while not stop.is_set():
                match rng.choice(("public", "public", "own", "own", "sign in")):
                    case "public":
                        path = rng.choice(PUBLIC_PAGES)
                        await self._saw(path, partial(client.get, path), {200})
                    case "own":
                        path = rng.choice(OWN_PAGES)
                        await self._saw(path, partial(client.get, path), {200})
                    case _:
                        await self._sign_in_again(person)
                await asyncio.sleep(rng.uniform(0, READER_PAUSE_MAX_S * self.pace))

    async def _sign_in_again(self, person: Person) -> None:
        await self._saw("sign out", lambda: person.post("/logout", {}), {303})
        fields = {"email": person.email, "password": PASSWORD}
        await self._saw("sign in", lambda: person.post("/login", fields, at="/login"), {303})

    async def _saw(
        self,
        what: str,
        act: Callable[[], Awaitable[httpx.Response | None]],
        expected: set[int | None],
    ) -> None:
        try:
            response = await act()
        except (httpx.HTTPError, AssertionError) as error:
            self.pages.faults.append((time.monotonic(), f"{what}: {error!r}"))
            return
        status = response.status_code if response is not None else None
        self.pages.statuses[status or 303] += 1
        if status not in expected:
            self.pages.faults.append((time.monotonic(), f"{what}: {status}"))


class _Client:
    """One client of a customer, with a connection that it keeps."""

    def __init__(self, load: Load, customer: Customer, rng: random.Random) -> None:
        self._load = load
        self._customer = customer
        self._rng = rng
        self._connection = load.connection()
        self._etags: dict[str, str] = {}
        titles = [f"popular {number}" for number in range(POPULAR_CARDS)]
        self._popular = [load.card(customer, title) for title in titles]

    async def run(self, stop: asyncio.Event) -> None:
        ways = {self._popular_card: 60, self._new_card: 12, self._head: 8, self._conditional: 8}
        if not self._customer.site_id:
            ways[self._refresh] = 6
        while not stop.is_set():
            [way] = self._rng.choices(list(ways), list(ways.values()))
            await way()
            idle = self._rng.random() < IDLE_SHARE
            most_s = IDLE_PAUSE_MAX_S if idle else PAUSE_MAX_S * self._load.pace
            await asyncio.sleep(self._rng.uniform(0, most_s))
        self._connection.close()

    async def _popular_card(self) -> None:
        query = self._rng.choice(self._popular)
        asked = await self._ask("popular", query)
        self._etags[query] = asked.etag

    async def _new_card(self) -> None:
        await self._ask("new", self._load.card(self._customer, self._load.new_title()))

    async def _head(self) -> None:
        await self._ask("head", self._rng.choice(self._popular), method="HEAD")

    async def _conditional(self) -> None:
        query = self._rng.choice(self._popular)
        headers = {"If-None-Match": self._etags.get(query) or '"of another card"'}
        await self._ask("conditional", query, headers=headers)

    async def _refresh(self) -> None:
        await self._ask("refresh", self._rng.choice(self._popular) + "&refresh=true")

    async def _ask(
        self,
        what: str,
        query: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        customer = self._customer
        sent = {"X-Forwarded-For": _address(self._rng), **(headers or {})}
        if not customer.site_id:
            sent["Authorization"] = f"Bearer {customer.account.api_key}"
        asked = Exchange(customer.account.account_id, what)
        customer.asked.append(asked)
        await self._connection.ask(asked, method, f"/api/og?{query}", sent)
        return asked


def _address(rng: random.Random) -> str:
    """Give a client's address that nobody else has."""
    return str(IPv6Address((0x20010DB8 << 96) + (rng.getrandbits(32) << 64)))
