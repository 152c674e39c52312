"""What a new card takes, from the page to the bytes: `python -m bench.miss --help`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bench.accounts import create_accounts
from bench.miss.measuring import Misses, demand_charges
from bench.miss.report import Result, as_json, as_text
from bench.programs import pages
from bench.report import Conditions
from bench.system import metrics_address, run_in_directory, running_system

CLIENTS = (1, 8, 32)
CARDS, QUICK_CARDS = 400, 64


def main() -> None:
    asked = _arguments()
    cards = asked.cards or (QUICK_CARDS if asked.quick else CARDS)
    result = run_in_directory(lambda it: _run(it, cards, asked.clients))
    print(as_json(result) if asked.json else as_text(result))


async def _run(directory: Path, cards: int, clients: list[int]) -> Result:
    load_before = os.getloadavg()[0]
    async with pages() as sites:
        settings = {"OG_LOOPBACK_TARGETS": ",".join(sites), "OG_METRICS_ADDRESS": metrics_address()}
        async with running_system(directory, settings) as system:
            [account] = await create_accounts(system.stack, 1)
            misses = Misses(system, account, sites)
            await misses.warm_up(max(clients))
            await misses.watch_idle()
            lines = []
            for count in clients:
                await misses.warm_up(count)
                lines.append(await misses.measure(count, cards))
            await system.audit()
            demand_charges(system, misses.drawn)
            return Result(cards, Conditions(system.durability(), load_before), lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.miss", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cards")
    parser.add_argument("--cards", type=int, help=f"how many a line ({CARDS})")
    parser.add_argument("--clients", type=int, nargs="+", default=list(CLIENTS), help="at a time")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
