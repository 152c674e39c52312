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
# Some seconds of the slower engines.
CARDS_A_TURN = 60
WARM_UP_TURNS = 1

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
    pool = WorkerPool(WORKERS, CARDS_A_TURN)
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
    rates: dict[tuple[str, str, str], list[float]] = {}
    progress = Progress("throughput", (turns + WARM_UP_TURNS) * len(KINDS) * len(ways))
    for turn in range(-WARM_UP_TURNS, turns):
        for kind in KINDS:
            specs = [deck.next(kind) for _ in range(CARDS_A_TURN)]
            for (engine, way), draw in ways.items():
                per_s = await draw(specs)
                if turn >= 0:
                    rates.setdefault((kind, engine, way), []).append(per_s)
                progress.step()
    return [Rate(*key, statistics.median(its)) for key, its in rates.items()]


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
