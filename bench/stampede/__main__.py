"""A thousand first requests for one card at once: `python -m bench.stampede --help`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bench.accounts import create_accounts
from bench.programs import pages
from bench.report import Conditions
from bench.stampede.measuring import Stampedes
from bench.stampede.report import Result, as_json, as_text
from bench.system import metrics_address, run_in_directory, running_system
from og_service.progress import Progress

CROWD = 1_000
ROUNDS, QUICK_ROUNDS = 9, 2


def main() -> None:
    asked = _arguments()
    rounds = asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS)
    result = run_in_directory(lambda it: _run(it, rounds, asked.crowd))
    print(as_json(result) if asked.json else as_text(result))


async def _run(directory: Path, rounds: int, crowd: int) -> Result:
    load_before = os.getloadavg()[0]
    async with pages() as sites:
        settings = {
            "OG_LOOPBACK_TARGETS": ",".join(sites),
            "OG_METRICS_ADDRESS": metrics_address(),
        }
        async with running_system(directory, settings) as system:
            [account] = await create_accounts(system.stack, 1)
            stampedes = Stampedes(system, account, sites, crowd)
            found = []
            with Progress("stampedes", rounds + 1) as progress:
                await stampedes.measure()  # the first one opens connections and loads code
                progress.advance()
                for _ in range(rounds):
                    found.append(await stampedes.measure())
                    progress.advance()
            await system.audit()
            return Result(crowd, Conditions(system.durability(), load_before), found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.stampede", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two rounds")
    parser.add_argument("--rounds", type=int, help=f"how many ({ROUNDS})")
    parser.add_argument("--crowd", type=int, default=CROWD, help=f"how many clients ({CROWD})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
