"""Random lives of a site beside a plain model: looks, switches, hours, losses and restarts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import redis

from og.auth.v1 import auth_pb2
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.looks import EXISTING, NOT_REACHED, OPEN, REJECTED, VERIFIED, Site
from tests.integration.auth.world import World, digest_of, new_domain, outcome

STEPS = 800
DAY_H, WEEK_H = 24, 7 * 24
PATHS = ("/a", "/b", "/a?utm=1", "/a?utm=2")
CARDS = ("a card", "another", "")
EVIDENCE = {"TAG_FOUND": 3, "TAG_DIFFERS": 4, "TAG_MISSING": 1, "PAGE_UNREACHABLE": 2}
WAITS_H = (5, 11, 25, 50, 170)
MISMATCH = ("SITE_DOMAIN_MISMATCH", "UNSPECIFIED")

Key = tuple[str, str, str]
Expected = tuple[tuple[str, str], str]


@dataclass
class Row:
    state: str
    look_h: float
    canonical: str


@dataclass
class Model:
    """What the decision records say, without a store or a clock."""

    policy: str = "SAME_CARD"
    now_h: float = 0
    rows: dict[Key, Row] = field(default_factory=dict)
    denied: set[Key] = field(default_factory=set)

    def key(self, path: str, card: str) -> Key:
        return path, self.policy, card if self.policy == "SAME_CARD" else ""

    def fresh(self, key: Key, hours: float = DAY_H) -> Row | None:
        row = self.rows.get(key)
        good = row and row.state != "REJECTED" and self.now_h - row.look_h < hours
        return row if good else None

    def ask(self, path: str, card: str) -> Expected:
        key = self.key(path, card)
        if row := self.fresh(key):
            return ("ALLOWED", row.state), row.canonical
        return (REJECTED if key in self.denied else OPEN), ""

    def look(
        self, path: str, card: str, evidence: str, *, stayed: bool, exists: bool, canonical: str
    ) -> Expected:
        asked = self.key(path, card)
        shown = self.key(canonical or path, card)
        if evidence == "PAGE_UNREACHABLE":
            row = self.fresh(asked, WEEK_H)
            if row is None and (row := self.fresh(shown, WEEK_H)):
                return ("ALLOWED", row.state), canonical
            return (("ALLOWED", row.state), row.canonical) if row else (NOT_REACHED, "")
        finding = self.finding(evidence, shown, exists=exists)
        if finding == "REJECTED":
            self.denied.add(asked)
            self.lapse(asked)
            return REJECTED, ""
        if not stayed:
            self.lapse(asked)
            return MISMATCH, ""
        self.keep(shown, finding)
        if canonical:
            self.keep(asked, finding, canonical)
        self.denied.discard(asked)
        return ("ALLOWED", finding), canonical

    def finding(self, evidence: str, shown: Key, *, exists: bool) -> str:
        if evidence == "TAG_FOUND" or (evidence == "TAG_DIFFERS" and self.policy == "ANY"):
            return "VERIFIED"
        row = self.rows.get(shown)
        once = row is not None and not row.canonical
        return (
            "EXISTING_CARDS_ONLY" if evidence == "TAG_DIFFERS" and exists and once else "REJECTED"
        )

    def keep(self, key: Key, state: str, canonical: str = "") -> None:
        if state == "VERIFIED" or not self.fresh(key):
            self.rows[key] = Row(state, self.now_h, canonical)

    def lapse(self, key: Key) -> None:
        if key in self.rows and not self.fresh(key):
            self.rows[key].state = "REJECTED"


class Life:
    """One site, asked through two processes of auth."""

    def __init__(self, rng: random.Random, site: Site, valkey: redis.Redis) -> None:
        self.rng = rng
        self.site = site
        self.valkey = valkey
        self.model = Model()
        self.seen: Counter[tuple[str, str]] = Counter()

    def url(self, path: str) -> str:
        return f"https://{self.site.domain}{path}" if path else ""

    def check(self, answer: auth_pb2.AuthorizeResponse, expected: Expected, told: str) -> None:
        got = outcome(answer), answer.canonical_url
        assert got == (expected[0], self.url(expected[1])), told
        self.seen[expected[0]] += 1

    async def step(self, world: World) -> None:
        moves = {self.ask: 8, self.look: 8, self.own_look: 1, self.switch: 1, self.wait: 2}
        moves[self.lose_valkey] = 1
        [move] = self.rng.choices(list(moves), list(moves.values()))
        await move(world)

    async def ask(self, world: World) -> None:
        path, card = self.rng.choice(PATHS), self.rng.choice(CARDS)
        answer = await world.authorize(self.site.page(path, card))
        self.check(answer, self.model.ask(path, card), f"ask {path} {card}")

    async def look(self, world: World) -> None:
        path, card = self.rng.choice(PATHS), self.rng.choice(CARDS)
        [evidence] = self.rng.choices(list(EVIDENCE), list(EVIDENCE.values()))
        stayed, exists = self.rng.random() < 0.9, self.rng.random() < 0.7
        canonical = self.rng.choice(("", "/a")) if path.startswith("/a?") else ""
        answer = await world.complete(
            self.site.page(path, card),
            evidence,
            "" if stayed or evidence == "PAGE_UNREACHABLE" else "https://example.org/",
            card_exists=exists,
            canonical=self.site.page(canonical, card) if canonical else None,
        )
        expected = self.model.look(
            path, card, evidence, stayed=stayed, exists=exists, canonical=canonical
        )
        told = f"{evidence} {path} {card} as {canonical or path}, {stayed=} {exists=}"
        self.check(answer, expected, told)

    async def own_look(self, world: World) -> None:
        path = self.rng.choice(PATHS)
        cards = self.rng.sample([card for card in CARDS if card], self.rng.randrange(3))
        request = auth_pb2.RecordVerificationRequest(
            site_id=self.site.site_id,
            account_id=self.site.account_id,
            page_url=self.url(path),
            final_url=self.url(path),
            card_digests=map(digest_of, cards),
        )
        answer = await world.auth.RecordVerification(request, timeout=20)
        assert answer.belongs_to_site
        for key in {self.model.key(path, card) for card in cards}:
            self.model.keep(key, "VERIFIED")
            self.model.denied.discard(key)

    async def switch(self, world: World) -> None:
        self.model.policy = self.rng.choice(("SAME_CARD", "ANY"))
        await world.set_policy(self.site.site_id, self.model.policy)

    async def wait(self, _world: World) -> None:
        hours = self.rng.choice(WAITS_H)
        self.site.wait(hours)
        self.model.now_h += hours
        # Denials are over after a minute.
        for name in self.valkey.scan_iter(f"auth:rejected:*{self.site.site_id}*"):
            self.valkey.delete(name)
        self.model.denied.clear()

    async def lose_valkey(self, _world: World) -> None:
        self.valkey.flushdb()
        self.model.denied.clear()


async def test_a_sites_life_is_the_models(
    serve_auth: ServeAuth,
    database_url: str,
    fresh_valkey: Callable[[], str],
    admin_of: Callable[[str], str],
    rng: random.Random,
) -> None:
    redis_url = fresh_valkey()
    life: Life | None = None
    with redis.Redis.from_url(redis_url) as valkey:
        for _ in range(STEPS // 100):  # each round ends both processes
            async with AsyncExitStack() as stack:
                worlds = [
                    World(await stack.enter_async_context(serve_auth(database_url, redis_url)))
                    for _ in range(2)
                ]
                if life is None:
                    life = Life(rng, await new_site(worlds[0], admin_of(database_url)), valkey)
                for _ in range(100):
                    await life.step(rng.choice(worlds))
    assert life
    print(dict(life.seen))  # noqa: T201 - pytest shows it on demand
    assert life.seen.keys() == {VERIFIED, EXISTING, OPEN, REJECTED, NOT_REACHED, MISMATCH}


async def new_site(world: World, admin_dsn: str) -> Site:
    account_id, domain = await world.account(rate_limit=1_000_000), new_domain()
    return Site(world, admin_dsn, account_id, await world.site(account_id, domain), domain)
