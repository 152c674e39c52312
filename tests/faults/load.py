"""Customers who ask for cards all the time, each in a way of its own."""

from __future__ import annotations

import asyncio
import html
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from urllib.parse import urlencode

from tests.faults.books import Account, Books
from tests.faults.exchanges import Exchange, HangUp, Outcome, exchange
from tests.faults.topology import Topology

TEMPLATES = ("generic/standard", "generic/minimal", "article/blog-post")
POPULAR_CARDS = 6
PARALLEL_ASKS = 4
PAUSE_MAX_S = 0.25
EDGE_AWAY_PAUSE_S = 0.4
TOP_UP_CREDITS = 25
TOP_UP_PAUSE_MAX_S = 4.0
PLENTY_OF_REQUESTS = 1_000_000
BAD_QUERIES = (
    "template=generic/standard",
    "url=http://127.0.0.1:1/&template=generic/standard",
    "url={page}&template=generic/none",
    "url={page}&template=generic/standard&theme=pink",
    "url={page}&template=generic/standard&url={page}",
    "url={page}&template=generic/standard&title=%ff",
)


@dataclass
class Customer:
    """An account, how it asks, and what came of it."""

    name: str
    account: Account
    workers: int
    site_id: str = ""
    asked: list[Exchange] = field(default_factory=list)


class Load:
    """A round's customers; `asked` of each says what they got."""

    def __init__(self, topology: Topology, books: Books, seed: str) -> None:
        self.customers: list[Customer] = []
        self._topology = topology
        self._books = books
        self._seed = seed
        self._new_cards = 0
        self._page = topology.site.put_page("A page that everybody wants a card of")

    async def prepare(self) -> None:
        """Make the accounts: plenty, two buckets, few credits, few requests, a site, top-ups."""
        await self._customer("plenty", "business", workers=6, pack=100_000)
        await self._customer("two buckets", "pro", workers=4, pack=2_000, subscribes="free")
        await self._customer("poor", "pro", workers=2, pack=60)
        await self._customer("limited", "free", workers=2, pack=5_000, rate_limit=0)
        await self._customer("topped up", "starter", workers=2, pack=10)
        owner = await self._customer("site", "business", workers=4, pack=20_000, subscribes="free")
        owner.site_id = await self._books.create_site(owner.account, self._topology.site.address)

    async def _customer(
        self,
        name: str,
        plan: str,
        *,
        workers: int,
        pack: int,
        subscribes: str = "",
        rate_limit: int = PLENTY_OF_REQUESTS,
    ) -> Customer:
        """Make one; `plan` is auth's, the one it `subscribes` to is billing's and gives credits."""
        account = await self._books.open_account(plan, rate_limit)
        if subscribes:
            await self._books.subscribe(account, subscribes)
        await self._books.grant(account, pack)
        self.customers.append(Customer(name, account, workers))
        return self.customers[-1]

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until told to stop, and wait for what is under way."""
        async with asyncio.TaskGroup() as group:
            for customer in self.customers:
                for number in range(customer.workers):
                    rng = random.Random(f"{self._seed}/{customer.name}/{number}")
                    group.create_task(_Worker(self, customer, rng).run(stop))
            topped_up = next(c for c in self.customers if c.name == "topped up")
            group.create_task(self._top_up(topped_up.account, stop))

    async def _top_up(self, account: Account, stop: asyncio.Event) -> None:
        rng = random.Random(f"{self._seed}/top-up")
        while not stop.is_set():
            await self._books.grant(account, TOP_UP_CREDITS)
            await asyncio.sleep(rng.uniform(0, TOP_UP_PAUSE_MAX_S))

    def new_title(self) -> str:
        """Give a title that no card has had."""
        self._new_cards += 1
        return f"{self._seed} {self._new_cards}"

    def card(self, title: str, template: str) -> str:
        """Give the query of a card that an API key may ask for."""
        return urlencode({"url": self._page, "template": template, "title": title}, safe="/:")

    def site_card(self, customer: Customer, title: str, path: str = "") -> str:
        """Put a page up whose tag asks for its card, and give that query."""
        site = self._topology.site
        url = f"http://{site.address}/{customer.site_id}/{path}" if path else site.put_page("")
        query = urlencode(
            {"site": customer.site_id, "template": TEMPLATES[0], "url": url, "title": title},
            safe="/:",
        )
        card = html.escape(f"{self._topology.base_url}/api/og?{query}")
        site.put_page(title, f'<meta property="og:image" content="{card}">', url)
        return query

    async def ask(
        self,
        customer: Customer,
        what: str,
        query: str,
        rng: random.Random,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        hang_up: HangUp | None = None,
    ) -> Exchange:
        """Ask one of the edges, or the other where it is away, from an address nobody else has."""
        address = IPv6Address((0x20010DB8 << 96) + (rng.getrandbits(32) << 64))
        sent = {"X-Forwarded-For": str(address), **(headers or {})}
        if not customer.site_id:
            sent.setdefault("Authorization", f"Bearer {customer.account.api_key}")
        asked = Exchange(customer.account.account_id, what)
        customer.asked.append(asked)
        for edge in rng.sample(self._topology.edges, len(self._topology.edges)):
            await exchange(asked, edge.port, method, f"/api/og?{query}", sent, hang_up)
            if asked.outcome is not Outcome.NOT_BEGUN:
                break
        return asked


class _Worker:
    """One client of a customer: asks, thinks, asks again."""

    def __init__(self, load: Load, customer: Customer, rng: random.Random) -> None:
        self._load = load
        self._customer = customer
        self._rng = rng
        self._etags: dict[str, str] = {}
        titles = [f"popular {number}" for number in range(POPULAR_CARDS)]
        if customer.site_id:
            self._popular = [load.site_card(customer, t, t.replace(" ", "-")) for t in titles]
        else:
            self._popular = [load.card(title, TEMPLATES[0]) for title in titles]

    async def run(self, stop: asyncio.Event) -> None:
        ways = {
            self._popular_card: 44,
            self._new_card: 16,
            self._hang_up: 10,
            self._conditional: 7,
            self._head: 6,
            self._bad_input: 5,
            self._refresh: 5,
            self._several_for_one_new_card: 4,
            self._wrong_key: 3,
        }
        while not stop.is_set():
            [way] = self._rng.choices(list(ways), list(ways.values()))
            asked = await way()
            away = asked is not None and asked.outcome is Outcome.NOT_BEGUN
            await asyncio.sleep(EDGE_AWAY_PAUSE_S if away else self._rng.uniform(0, PAUSE_MAX_S))

    async def _ask(
        self,
        what: str,
        query: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        hang_up: HangUp | None = None,
    ) -> Exchange:
        return await self._load.ask(
            self._customer, what, query, self._rng, method=method, headers=headers, hang_up=hang_up
        )

    def _new_query(self) -> str:
        title = self._load.new_title()
        if self._customer.site_id:
            return self._load.site_card(self._customer, title)
        return self._load.card(title, self._rng.choice(TEMPLATES))

    async def _popular_card(self) -> Exchange:
        query = self._rng.choice(self._popular)
        asked = await self._ask("popular", query)
        if asked.etag:
            self._etags[query] = asked.etag
        return asked

    async def _new_card(self) -> Exchange:
        return await self._ask("new", self._new_query())

    async def _hang_up(self) -> Exchange:
        query = self._new_query() if self._rng.random() < 0.5 else self._rng.choice(self._popular)
        hang_up = HangUp(after_s=self._rng.uniform(0, 0.4))
        if self._rng.random() < 0.5:
            hang_up = HangUp(after_bytes=self._rng.randrange(20_000))
        return await self._ask("hang-up", query, hang_up=hang_up)

    async def _conditional(self) -> Exchange | None:
        if not self._etags:
            return None
        query, etag = self._rng.choice(list(self._etags.items()))
        return await self._ask("conditional", query, headers={"If-None-Match": etag})

    async def _head(self) -> Exchange:
        return await self._ask("head", self._rng.choice(self._popular), method="HEAD")

    async def _bad_input(self) -> Exchange:
        page = self._load.card("", TEMPLATES[0]).partition("&")[0].removeprefix("url=")
        query = self._rng.choice(BAD_QUERIES).format(page=page)
        if self._customer.site_id:
            query += f"&site={self._customer.site_id}"
        return await self._ask("bad input", query)

    async def _wrong_key(self) -> Exchange:
        wrong = {"Authorization": "Bearer og_live_" + "A" * 33}
        return await self._ask("wrong key", self._rng.choice(self._popular), headers=wrong)

    async def _refresh(self) -> Exchange:
        return await self._ask("refresh", self._rng.choice(self._popular) + "&refresh=true")

    async def _several_for_one_new_card(self) -> None:
        query = self._new_query()
        await asyncio.gather(*(self._ask("parallel", query) for _ in range(PARALLEL_ASKS)))
