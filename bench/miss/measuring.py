"""New cards, so many at a time, and where their time and processor time go."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from bench.accounts import Account
from bench.processes import cpu_us_alone, cpu_us_by_kind
from bench.system import AuditFailedError, System
from og_service.progress import Progress

TEMPLATE = "article/blog-post"
TIMEOUT_S = 30
MS = 1_000
IDLE = "idle"
IDLE_S = 10.0
"""For which a system that nobody asks is watched."""
WARM_UP_CARDS = 16
WARM_UP_CARDS_A_CLIENT = 2
"""Drawn before each line, so that none pays for connections that so many are the first to need."""

# What a card takes as the services tell it, and which of their histograms does.
STEPS = {
    "fetch": 'og_extract_step_seconds{step="fetch"}',
    "extract": 'og_extract_step_seconds{step="read"}',
    "pictures": 'og_extract_step_seconds{step="pictures"}',
    "wait": 'og_render_step_seconds{step="wait"}',
    "open": 'og_render_step_seconds{step="pictures"}',
    "layout": 'og_render_step_seconds{step="layout"}',
    "raster": 'og_render_step_seconds{step="raster"}',
    "encode": 'og_render_step_seconds{step="encode"}',
    "store": 'og_edge_store_seconds{operation="put"}',
}
CALLS = 'og_edge_call_seconds{rpc="%s"}'
INSIDE = {
    "ExtractPage": ("fetch", "extract", "pictures"),
    "RenderCard": ("wait", "open", "layout", "raster", "encode"),
}
"""The steps that are within a call; what the call takes beyond them is the RPC's own."""
MONEY_AND_RIGHTS = ("BatchAuthorize", "Authorize", "Reserve", "BatchReserve", "Capture")


@dataclass(frozen=True)
class Line:
    """New cards with so many clients: latencies, mean ms of a card by step, CPU ms by part."""

    clients: int
    failures: Mapping[str, int]
    latencies_ms: Sequence[float]
    cards_per_s: float
    steps_ms: Mapping[str, float]
    cpu_ms: Mapping[str, float]
    """`idle` is what all processes would have used meanwhile; the other parts are without it."""

    @property
    def p50_ms(self) -> float:
        """The median."""
        return statistics.median(self.latencies_ms)

    @property
    def p99_ms(self) -> float:
        """What one in a hundred exceeds."""
        return statistics.quantiles(self.latencies_ms, n=100, method="inclusive")[98]

    @property
    def cpu_beyond_ms(self) -> float:
        """Processor time of a card beyond fetching, parsing, rendering and encoding."""
        own = ("fetch", "parse", "draw", IDLE)
        return sum(ms for part, ms in self.cpu_ms.items() if part not in own)


class FailedError(Exception):
    """An answer that is no new card."""


class Misses:
    """Asks for cards that nobody has asked for."""

    def __init__(self, system: System, account: Account, sites: Sequence[str]) -> None:
        self._system = system
        self._headers = {"Authorization": account.authorization}
        self._sites = itertools.cycle(sites)
        self._numbers: Iterator[int] = itertools.count(1)
        self._idle_us: Mapping[str, float] = {}
        self.drawn = 0
        """All cards so far, those of warming up included."""

    async def watch_idle(self) -> None:
        """See what processes use of each second while nobody asks them anything."""
        before = self._cpu_us()
        await asyncio.sleep(IDLE_S)
        self._idle_us = {part: (us - before[part]) / IDLE_S for part, us in self._cpu_us().items()}

    async def warm_up(self, clients: int) -> None:
        """Have cards drawn that are not counted."""
        await self.measure(clients, max(WARM_UP_CARDS, clients * WARM_UP_CARDS_A_CLIENT))

    async def measure(self, clients: int, cards: int) -> Line:
        """Have so many cards drawn."""
        left = iter(range(cards))
        latencies_ms: list[float] = []
        failures: Counter[str] = Counter()
        counted, cpu, begin = self._system.metrics(), self._cpu_us(), time.perf_counter()
        # One connection each, as crawlers have.
        limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
        async with httpx.AsyncClient(
            base_url=self._system.base_url, timeout=TIMEOUT_S, limits=limits
        ) as client:

            async def work() -> None:
                for _ in left:
                    try:
                        latencies_ms.append(await self._miss(client))
                    except FailedError as error:
                        failures[str(error)] += 1
                    progress.advance()

            with Progress(f"cards, {clients} at once", cards) as progress:
                await asyncio.gather(*(work() for _ in range(clients)))
        took_s = time.perf_counter() - begin
        drawn = len(latencies_ms)
        self.drawn += drawn
        cpu_ms = self._cpu_ms(cpu, self._cpu_us(), took_s, drawn)
        steps_ms = split(counted, self._system.metrics(), drawn, statistics.mean(latencies_ms))
        return Line(clients, dict(failures), latencies_ms, drawn / took_s, steps_ms, cpu_ms)

    async def _miss(self, client: httpx.AsyncClient) -> float:
        page = f"http://{next(self._sites)}/{next(self._numbers)}"
        path = "/api/og?" + urlencode({"template": TEMPLATE, "url": page}, safe=":/")
        begin = time.perf_counter()
        answer = await client.get(path, headers=self._headers)
        took_ms = (time.perf_counter() - begin) * MS
        if (answer.status_code, answer.headers.get("x-cache")) != (httpx.codes.OK, "MISS"):
            raise FailedError(f"{answer.status_code} {answer.json()['error']['message']}")
        return took_ms

    def _cpu_ms(
        self, before: Mapping[str, float], after: Mapping[str, float], took_s: float, cards: int
    ) -> dict[str, float]:
        idle = {part: self._idle_us.get(part, 0) * took_s for part in after}
        used = {part: us - before[part] - idle[part] for part, us in after.items()}
        return {part: us / MS / cards for part, us in {**used, IDLE: sum(idle.values())}.items()}

    def _cpu_us(self) -> dict[str, float]:
        """Tell processor time by part: readers and drawers are processes below their services."""
        roots = self._system.roots()
        parts = cpu_us_by_kind(roots)
        fetch, draw_service = (cpu_us_alone(roots[kind]) for kind in ("extract", "render"))
        parts["fetch"] = fetch
        parts["parse"] = parts.pop("extract") - fetch
        parts["draw"] = parts["render"] - draw_service
        parts["render"] = draw_service
        return parts


def split(
    before: Mapping[str, float], after: Mapping[str, float], cards: int, mean_ms: float
) -> dict[str, float]:
    """Say where the time of a card went, in ms of its mean.

    "RPC" is what calls take beyond the steps that their services tell; "ledger, auth" are calls
    whole; "rest" is what nobody tells: the edge itself, its index in Postgres, HTTP, the client.
    """

    def total_ms(histogram: str) -> float:
        name, _, labels = histogram.partition("{")
        sample = f"{name}_sum{{{labels}"
        return (after.get(sample, 0) - before.get(sample, 0)) * MS / cards

    steps = {step: total_ms(histogram) for step, histogram in STEPS.items()}
    steps["RPC"] = sum(
        total_ms(CALLS % call) - sum(steps[step] for step in inside)
        for call, inside in INSIDE.items()
    )
    steps["ledger, auth"] = sum(total_ms(CALLS % call) for call in MONEY_AND_RIGHTS)
    steps["rest"] = mean_ms - sum(steps.values())
    return steps


def demand_charges(system: System, drawn: int) -> None:
    """See that each card was charged as a new one, and nothing else; raises AuditFailedError."""
    if (charged := system.generations()) != drawn:
        raise AuditFailedError(f"{drawn} cards, {charged} charged as new ones")
