"""The whole system, with new cards and then with cards that exist."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.accounts import create_accounts
from bench.capacity import memory, storage
from bench.capacity.figures import HIT, MS, NEW, ProcessMemory, Served, Stores
from bench.edge.measuring import Effort, Line, measure_line
from bench.edge.preparing import draw_cards, put_article
from bench.edge.ways import OURS, ours
from bench.miss.measuring import Line as MissLine
from bench.miss.measuring import Misses, demand_charges
from bench.programs import pages
from bench.system import System, metrics_address, running_system
from tests.support.local_site import local_site

CLIENTS = (8, 32)
CONNECTIONS = (32, 256)
SETTLING_S = 5.0
"""Before a system that nobody has asked yet is weighed."""


@dataclass(frozen=True)
class Sizes:
    """How much to ask for."""

    new_cards: int
    accounts: int
    rounds: int
    round_s: int


@dataclass(frozen=True)
class Whole:
    """What the whole system showed."""

    served: Sequence[Served]
    memory: Sequence[ProcessMemory]
    stores: Stores
    server: dict[str, str]


async def measure_serving(directory: Path, sizes: Sizes) -> Whole:
    """Run a system, ask it, weigh it, and add its ledger up."""
    async with pages() as sites, local_site() as site:
        settings = {
            "OG_LOOPBACK_TARGETS": ",".join((*sites, site.address)),
            "OG_METRICS_ADDRESS": metrics_address(),
        }
        async with running_system(directory, settings) as system:
            await asyncio.sleep(SETTLING_S)
            idle, idle_memory = storage.look(system), memory.look(system)
            new, new_span = await _new_cards(system, sites, sizes)
            hits, hit_span = await _hits(system, put_article(site), directory, sizes)
            stores = storage.compare(idle, new_span, hit_span, sizes.accounts)
            weighed = memory.compare(idle_memory, memory.look(system))
            return Whole([*new, *hits], weighed, stores, system.durability())


async def _new_cards(
    system: System, sites: Sequence[str], sizes: Sizes
) -> tuple[list[Served], storage.Span]:
    [account] = await create_accounts(system.stack, 1)
    misses = Misses(system, account, sites)
    await misses.warm_up(max(CLIENTS))
    await misses.watch_idle()
    before, drawn_before, lines = storage.look(system), misses.drawn, []
    for clients in CLIENTS:
        await misses.warm_up(clients)
        lines.append(await misses.measure(clients, sizes.new_cards))
    span = storage.Span(before, storage.look(system), misses.drawn - drawn_before)
    await system.audit()
    demand_charges(system, misses.drawn)
    return [_of_new(line) for line in lines], span


async def _hits(
    system: System, url: str, directory: Path, sizes: Sizes
) -> tuple[list[Served], storage.Span]:
    requests = directory / "requests"
    accounts = await create_accounts(system.stack, sizes.accounts)
    await draw_cards(system, url, accounts, requests)
    before, charged_before = storage.look(system), system.cached_charges()
    effort = Effort(sizes.rounds, sizes.round_s)
    lines = [
        await measure_line(system, [ours(system)], requests, sizes.accounts, count, effort)
        for count in CONNECTIONS
    ]
    span = storage.Span(before, storage.look(system), system.cached_charges() - charged_before)
    return [_of_hits(line) for line in lines], span


def _of_new(line: MissLine) -> Served:
    return Served(NEW, line.clients, line.cards_per_s, line.p50_ms, line.p99_ms, line.cpu_ms)


def _of_hits(line: Line) -> Served:
    samples = line.samples[OURS]
    parts = samples[0].cpu_us
    return Served(
        HIT,
        line.connections,
        statistics.median(it.told.answers_per_s for it in samples),
        statistics.median(it.told.p50_us for it in samples) / MS,
        statistics.median(it.told.p99_us for it in samples) / MS,
        {part: statistics.median(it.cpu_us[part] for it in samples) / MS for part in parts},
    )
