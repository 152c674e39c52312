"""Our render path beside its peers, interleaved in one run: `python -m bench.render --help`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from bench.render import drawing_times, goals, throughput
from bench.render.cards import KINDS
from bench.render.checks import Look, look
from bench.render.drawing_times import Row, sample_path
from bench.render.engines import OURS, TAKUMI, Engine, Entrant, entrants
from bench.render.install import install
from bench.render.report import Result, as_json, as_text

ROUNDS, QUICK_ROUNDS = 60, 15
TURNS, QUICK_TURNS = 5, 2


def main() -> None:
    asked = _arguments()
    folder = install()
    (folder / "samples").mkdir(exist_ok=True)
    chosen = [it for it in entrants() if _is_wanted(it, asked.only)]
    rounds, turns = (QUICK_ROUNDS, QUICK_TURNS) if asked.quick else (ROUNDS, TURNS)
    rows = _draw(chosen, asked.rounds or rounds, folder / "samples")
    looks = _look(chosen, folder / "samples")
    verdicts = goals.of_drawing(rows)
    rates: list[throughput.Rate] = []
    if not asked.no_throughput:
        plain = [it for it in chosen if not (it.variant or it.shares_pictures)]
        rates = asyncio.run(throughput.measure(plain, turns))
        verdicts += goals.of_throughput(rates)
    result = Result(asked.rounds or rounds, chosen, rows, looks, rates, verdicts)
    print(as_json(result) if asked.json else as_text(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.render", description=__doc__)
    parser.add_argument("--only", metavar="NAME", help="beside takumi, satori or chromium only")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--rounds", type=int, help=f"how many rounds ({ROUNDS})")
    parser.add_argument("--no-throughput", action="store_true", help="one card at a time only")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _is_wanted(entrant: Entrant, only: str | None) -> bool:
    return only is None or entrant.name.startswith((OURS, TAKUMI, only))


def _draw(chosen: Sequence[Entrant], rounds: int, samples: Path) -> list[Row]:
    with ExitStack() as stack:
        engines = [stack.enter_context(closing(Engine(it))) for it in chosen]
        return drawing_times.measure(engines, rounds, samples)


def _look(chosen: Sequence[Entrant], samples: Path) -> dict[tuple[str, str], Look]:
    return {
        (kind, it.name): look(sample_path(samples, kind, it.name), sample_path(samples, kind, OURS))
        for kind in KINDS
        for it in chosen
    }


if __name__ == "__main__":
    main()
