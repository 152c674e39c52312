"""One card at a time: processor time, wall time and bytes of each engine, interleaved."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.render.cards import KINDS, Deck
from bench.render.engines import Engine, Measure
from og_service.progress import Progress

WARM_UP_ROUNDS = 8
_QUARTERS = 4


@dataclass(frozen=True)
class Spread:
    """A median and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Sum up at least two values."""
        low, median, high = statistics.quantiles(values, n=_QUARTERS, method="inclusive")
        return cls(median, low, high)


@dataclass(frozen=True)
class Row:
    """What one engine took for cards of one kind."""

    kind: str
    engine: str
    cpu_ms: Spread
    wall_ms: Spread
    bytes: int


def measure(engines: Sequence[Engine], rounds: int, samples: Path) -> list[Row]:
    """Let every engine draw every card, in an order that changes; keep one picture of each kind."""
    decks = {shares: Deck(shares_pictures=shares) for shares in (False, True)}
    taken: dict[tuple[str, str], list[Measure]] = {}
    order = list(engines)
    shuffled = random.Random(rounds)
    with Progress("cards", (rounds + WARM_UP_ROUNDS) * len(KINDS) * len(engines)) as progress:
        for turn in range(-WARM_UP_ROUNDS, rounds):
            for kind in KINDS:
                specs = {shares: deck.next(kind) for shares, deck in decks.items()}
                shuffled.shuffle(order)
                for engine in order:
                    name = engine.entrant.name
                    save = sample_path(samples, kind, name) if turn == 0 else None
                    took = engine.draw(specs[engine.entrant.shares_pictures], save)
                    if turn >= 0:
                        taken.setdefault((kind, name), []).append(took)
                    progress.advance()
    return [_row(kind, it.entrant.name, taken) for kind in KINDS for it in engines]


def sample_path(folder: Path, kind: str, engine: str) -> Path:
    """Name the picture that is kept of an engine and a kind of card."""
    return folder / f"{kind}-{engine.replace(' ', '-')}.png"


def _row(kind: str, engine: str, taken: dict[tuple[str, str], list[Measure]]) -> Row:
    its = taken[kind, engine]
    return Row(
        kind,
        engine,
        Spread.of([it.cpu_ms for it in its]),
        Spread.of([it.wall_ms for it in its]),
        round(statistics.median(it.bytes for it in its)),
    )
