"""Cards a second with two workers, each way of having two in its turn."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.render.cards import KINDS, Deck, Spec, card_of
from bench.render.clocks import cpu_s
from bench.render.engines import OURS, TAKUMI, Engine, Entrant, Measure
from og_render.workers.pool import WorkerPool
from og_service.progress import Progress

WORKERS = 2
# A turn takes about so long, by what the warm-up showed.
TURN_S = 2.0
WARM_UP_CARDS = 20
MIN_CARDS, MAX_CARDS = 20, 200


@dataclass(frozen=True)
class Turn:
    """What drawing some cards came to: cards a second, and processor time of each."""

    per_s: float
    cpu_ms: float


Way = Callable[[Sequence[Spec]], Awaitable[Turn]]


@dataclass(frozen=True)
class Rate:
    """Cards of a kind a second, with one way of having two workers."""

    kind: str
    engine: str
    way: str
    per_s: float
    cpu_ms: float
    """Processor time a card, of all processes that take part."""


async def measure(entrants: Sequence[Entrant], turns: int) -> list[Rate]:
    """Let all ways draw the same cards one after the other; give the median rate of each."""
    pool = WorkerPool(WORKERS, MAX_CARDS)
    with ExitStack() as stack:
        ways: dict[tuple[str, str], Way] = {(OURS, "worker pool"): partial(_pooled, pool)}
        for entrant in entrants:
            if entrant.name == OURS:
                continue
            pair = [stack.enter_context(closing(Engine(entrant))) for _ in range(WORKERS)]
            ways[entrant.name, "2 processes"] = partial(_side_by_side, pair)
            if entrant.name == TAKUMI:
                ways[entrant.name, "2 threads"] = partial(_threaded, pair[0])
        async with pool.running():
            with Progress("turns", (1 + turns) * len(KINDS) * len(ways)) as progress:
                return await _in_turns(ways, turns, progress)


def best(rates: Sequence[Rate], kind: str, engine: str) -> Rate:
    """Give the faster way of an engine."""
    its = [rate for rate in rates if (rate.kind, rate.engine) == (kind, engine)]
    return max(its, key=lambda rate: rate.per_s)


async def _in_turns(ways: dict[tuple[str, str], Way], turns: int, progress: Progress) -> list[Rate]:
    deck = Deck()
    rates = []
    for kind in KINDS:
        seen: dict[tuple[str, str], list[Turn]] = {}
        for turn in range(1 + turns):
            for way, draw in ways.items():
                cards = round(seen[way][0].per_s * TURN_S) if turn else WARM_UP_CARDS
                cards = min(max(cards, MIN_CARDS), MAX_CARDS)
                took = await draw([deck.next(kind) for _ in range(cards)])
                seen.setdefault(way, []).append(took)
                progress.advance()
        rates += [_rate(kind, way, its[1:]) for way, its in seen.items()]
    return rates


def _rate(kind: str, way: tuple[str, str], turns: Sequence[Turn]) -> Rate:
    per_s = statistics.median(turn.per_s for turn in turns)
    cpu_ms = statistics.median(turn.cpu_ms for turn in turns)
    return Rate(kind, *way, per_s, cpu_ms)


async def _pooled(pool: WorkerPool, specs: Sequence[Spec]) -> Turn:
    """Draw as the service does, the way there and back through the pipes included."""
    cards = [card_of(spec) for spec in specs]
    processes = [Path("/proc", str(number)) for number in (os.getpid(), *pool.process_ids)]
    cpu, started = sum(map(cpu_s, processes)), time.perf_counter()
    await asyncio.gather(*(pool.draw(card) for card in cards))
    passed, cpu = time.perf_counter() - started, sum(map(cpu_s, processes)) - cpu
    return Turn(len(cards) / passed, cpu / len(cards) * 1000)


async def _side_by_side(pair: Sequence[Engine], specs: Sequence[Spec]) -> Turn:
    """Give each process its share; only what drawing took counts, not the handing over."""
    for at, engine in enumerate(pair):
        engine.load(specs[at :: len(pair)])
    for engine in pair:
        engine.start()
    return _turn(specs, [engine.finish() for engine in pair])


async def _threaded(engine: Engine, specs: Sequence[Spec]) -> Turn:
    """Let one process draw two cards at a time, on the threads that it has for that."""
    engine.load(specs)
    engine.start(concurrency=WORKERS)
    return _turn(specs, [engine.finish()])


def _turn(specs: Sequence[Spec], shares: Sequence[Measure]) -> Turn:
    """Sum up what went on at once: the slower one ends the turn."""
    passed_ms = max(share.wall_ms for share in shares)
    cpu_ms = sum(share.cpu_ms for share in shares)
    return Turn(len(specs) / passed_ms * 1000, cpu_ms / len(specs))
