"""Cards a second with two workers, each way of having two in its turn."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial

from bench.render.cards import KINDS, Deck, Spec, card_of
from bench.render.engines import OURS, TAKUMI, Engine, Entrant
from bench.render.progress import Progress
from og_render.workers.pool import WorkerPool

WORKERS = 2
# A turn takes about so long, by what the warm-up showed.
TURN_S = 2.0
WARM_UP_CARDS = 20
MIN_CARDS, MAX_CARDS = 20, 200

Turn = Callable[[Sequence[Spec]], Awaitable[float]]


@dataclass(frozen=True)
class Rate:
    """Cards of a kind a second, with one way of having two workers."""

    kind: str
    engine: str
    way: str
    per_s: float


async def measure(entrants: Sequence[Entrant], turns: int) -> list[Rate]:
    """Let all ways draw the same cards one after the other; give the median rate of each."""
    pool = WorkerPool(WORKERS, MAX_CARDS)
    with ExitStack() as stack:
        ways: dict[tuple[str, str], Turn] = {(OURS, "worker pool"): partial(_pooled, pool)}
        for entrant in entrants:
            if entrant.name == OURS:
                continue
            pair = [stack.enter_context(closing(Engine(entrant))) for _ in range(WORKERS)]
            ways[entrant.name, "2 processes"] = partial(_side_by_side, pair)
            if entrant.name == TAKUMI:
                ways[entrant.name, "2 threads"] = partial(_threaded, pair[0])
        async with pool.running():
            return await _in_turns(ways, turns)


def best(rates: Sequence[Rate], kind: str, engine: str) -> Rate:
    """Give the faster way of an engine."""
    its = [rate for rate in rates if (rate.kind, rate.engine) == (kind, engine)]
    return max(its, key=lambda rate: rate.per_s)


async def _in_turns(ways: dict[tuple[str, str], Turn], turns: int) -> list[Rate]:
    deck = Deck()
    rates = []
    progress = Progress("throughput", (1 + turns) * len(KINDS) * len(ways))
    for kind in KINDS:
        seen: dict[tuple[str, str], list[float]] = {}
        for turn in range(1 + turns):
            for way, draw in ways.items():
                cards = round(seen[way][0] * TURN_S) if turn else WARM_UP_CARDS
                cards = min(max(cards, MIN_CARDS), MAX_CARDS)
                per_s = await draw([deck.next(kind) for _ in range(cards)])
                seen.setdefault(way, []).append(per_s)
                progress.step()
        rates += [Rate(kind, *way, statistics.median(its[1:])) for way, its in seen.items()]
    return rates


async def _pooled(pool: WorkerPool, specs: Sequence[Spec]) -> float:
    """Draw as the service does, the way there and back through the pipes included."""
    cards = [card_of(spec) for spec in specs]
    started = time.perf_counter()
    await asyncio.gather(*(pool.draw(card) for card in cards))
    return len(cards) / (time.perf_counter() - started)


async def _side_by_side(pair: Sequence[Engine], specs: Sequence[Spec]) -> float:
    """Give each process its share; only what drawing took counts, not the handing over."""
    for at, engine in enumerate(pair):
        engine.load(specs[at :: len(pair)])
    for engine in pair:
        engine.start()
    # The slower one ends the turn.
    return len(specs) / max(engine.finish().wall_ms for engine in pair) * 1000


async def _threaded(engine: Engine, specs: Sequence[Spec]) -> float:
    """Let one process draw two cards at a time, on the threads that it has for that."""
    engine.load(specs)
    engine.start(concurrency=WORKERS)
    return len(specs) / engine.finish().wall_ms * 1000
