"""What one processor, one process and one card take: `python -m bench.capacity --help`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

from bench.capacity.drawing import measure_drawing
from bench.capacity.figures import Measured, read_json, to_json
from bench.capacity.reading import measure_reading
from bench.capacity.report import KEPT, NEW_A_DAY, as_markdown, write
from bench.capacity.serving import Sizes, measure_serving
from bench.capacity.sizing import Demand, Prices
from bench.edge.wrk import NoWrkError, wrk_path
from bench.report import Conditions
from bench.system import run_in_directory

FULL = Sizes(new_cards=600, accounts=100, rounds=3, round_s=5)
QUICK = Sizes(new_cards=64, accounts=10, rounds=1, round_s=2)
CARDS_A_TEMPLATE, QUICK_CARDS_A_TEMPLATE = 48, 6
READING_ROUNDS, QUICK_READING_ROUNDS = 3, 1
NO_WRK_STATUS = 2


def main() -> int:
    asked = _arguments()
    if asked.kept:
        measured = read_json(asked.kept.read_bytes())
    else:
        try:
            wrk_path()
        except NoWrkError as error:
            print(f"bench: {error}", file=sys.stderr)
            return NO_WRK_STATUS
        measured = _measure(is_quick=asked.quick)
    demand = Demand(NEW_A_DAY[0], **_of(Demand, asked, but="new_a_day"))
    prices = Prices(**_of(Prices, asked))
    if asked.write:
        write(measured, demand, prices)
    print(to_json(measured) if asked.json else as_markdown(measured, demand, prices))
    return 0


def _measure(*, is_quick: bool) -> Measured:
    load_before = os.getloadavg()[0]
    sizes = QUICK if is_quick else FULL
    cards = QUICK_CARDS_A_TEMPLATE if is_quick else CARDS_A_TEMPLATE
    rounds = QUICK_READING_ROUNDS if is_quick else READING_ROUNDS
    drawn = uvloop.run(measure_drawing(cards))
    read = measure_reading(rounds)
    whole = run_in_directory(lambda directory: measure_serving(directory, sizes))
    return Measured(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        Conditions(whole.server, load_before),
        {**vars(sizes), "cards_a_template": cards, "reading_rounds": rounds},
        whole.served,
        drawn,
        read,
        whole.memory,
        whole.stores,
    )


def _of(kind: type, asked: argparse.Namespace, but: str = "") -> dict[str, Any]:
    return {it.name: getattr(asked, it.name) for it in fields(kind) if it.name != but}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cards and shorter rounds")
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
    parser.add_argument("--write", action="store_true", help="put it into docs/operations too")
    parser.add_argument(
        "--from",
        dest="kept",
        type=Path,
        metavar="FILE",
        help=f"measure nothing: take an earlier run's JSON, such as {KEPT.name} beside this",
    )
    sized = parser.add_argument_group("what is asked for, for the table of machines")
    for field in fields(Demand)[1:]:
        kind = type(field.default)
        sized.add_argument(_option(field.name), type=kind, default=field.default, metavar="N")
    priced = parser.add_argument_group("prices, USD, for the table of money")
    for field in fields(Prices):
        priced.add_argument(_option(field.name), type=float, default=field.default, metavar="USD")
    return parser.parse_args()


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


if __name__ == "__main__":
    sys.exit(main())
