"""Everything that customers do, mixed, by clients that ask, think and ask again."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from bench.accounts import Account

TEMPLATES = ("article/blog-post", "generic/standard", "generic/gradient", "docs/page")
PAGES = 200
POPULAR = 50
RARE = 400
"""Cards that are made again and again. So many and no more: the edge remembers queries, and what
still fills would look like a leak."""
PAUSE_MAX_S = 0.1
TIMEOUT_S = 30
SEED = 20261126
WEIGHTS = {
    "hit": 50,
    "new": 12,
    "bad input": 10,
    "conditional": 8,
    "head": 8,
    "refresh": 6,
    "delete": 6,
}
EXPECTED: Mapping[str, frozenset[int]] = {
    "hit": frozenset({200}),
    "new": frozenset({200}),
    "bad input": frozenset({400, 404, 405}),
    "conditional": frozenset({200, 304}),
    "head": frozenset({200}),
    "refresh": frozenset({200}),
    "delete": frozenset({204}),
}
BAD: Sequence[tuple[str, Mapping[str, str]]] = (
    ("GET", {}),
    ("GET", {"template": "no/such", "url": "https://example.com"}),
    ("GET", {"template": TEMPLATES[0], "url": "ftp://example.com"}),
    ("GET", {"template": TEMPLATES[0], "url": "http://10.0.0.1/"}),
    ("GET", {"template": TEMPLATES[0], "url": "https://example.com", "accentColor": "puce"}),
    ("PUT", {"template": TEMPLATES[0], "url": "https://example.com"}),
)


@dataclass
class Tally:
    """What was asked and how it ended; unexpected are told with what they said."""

    asked: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)
    charged_credits: int = 0


class Load:
    """Clients on one system."""

    def __init__(self, client: httpx.AsyncClient, account: Account, sites: Sequence[str]) -> None:
        self.tally = Tally()
        self._client = client
        self._headers = {"Authorization": account.authorization}
        self._pages = [f"http://{sites[n % len(sites)]}/{n}" for n in range(PAGES)]
        self._random = random.Random(SEED)
        self._etags: dict[str, str] = {}
        self._rare: Sequence[Mapping[str, str]] = [
            {
                "template": TEMPLATES[n % len(TEMPLATES)],
                "url": self._pages[n % PAGES],
                "title": f"The soak's card number {n}",
            }
            for n in range(RARE)
        ]

    async def run(self, clients: int, seconds: float) -> None:
        """Let so many clients work for so long."""
        end = time.monotonic() + seconds
        await asyncio.gather(*(self._work(end) for _ in range(clients)))

    async def _work(self, end: float) -> None:
        ways: dict[str, Callable[[], Awaitable[httpx.Response]]] = {
            "hit": lambda: self._get(self._popular()),
            "new": self._new,
            "bad input": self._bad,
            "conditional": self._conditional,
            "head": lambda: self._get(self._popular(), "HEAD"),
            "refresh": lambda: self._get({**self._popular(), "refresh": "true"}),
            "delete": self._delete,
        }
        while time.monotonic() < end:
            [what] = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))
            try:
                self._note(what, await ways[what]())
            except httpx.HTTPError as error:
                self.tally.unexpected[f"{what}: {error!r}"] += 1
            await asyncio.sleep(self._random.uniform(0, PAUSE_MAX_S))

    def _note(self, what: str, answer: httpx.Response) -> None:
        self.tally.asked[what] += 1
        self.tally.charged_credits += int(answer.headers.get("x-credits-charged", 0))
        if answer.status_code not in EXPECTED[what]:
            said = f"{what}: {answer.status_code} {answer.text[:200]}"
            self.tally.unexpected[said] += 1

    async def _get(
        self,
        parameters: Mapping[str, str],
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        sent = {**self._headers, **(headers or {})}
        return await self._client.request(method, "/api/og", params=parameters, headers=sent)

    def _popular(self) -> Mapping[str, str]:
        return {"template": TEMPLATES[0], "url": self._pages[self._random.randrange(POPULAR)]}

    async def _new(self) -> httpx.Response:
        """Ask for a card that there is not, or not any more."""
        card = self._random.choice(self._rare)
        await self._get(card, "DELETE")
        return await self._get(card)

    async def _bad(self) -> httpx.Response:
        method, parameters = self._random.choice(BAD)
        return await self._get(parameters, method)

    async def _conditional(self) -> httpx.Response:
        card = self._popular()
        etag = self._etags.get(card["url"])
        answer = await self._get(card, headers={"If-None-Match": etag} if etag else None)
        self._etags[card["url"]] = answer.headers.get("etag", "")
        return answer

    async def _delete(self) -> httpx.Response:
        return await self._get(self._popular(), "DELETE")
