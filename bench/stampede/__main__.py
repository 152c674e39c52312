"""A thousand first requests for one card at once: `python -m bench.stampede --help`."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import uvloop

from bench.accounts import create_accounts
from bench.programs import pages
from bench.progress import Progress
from bench.stampede.measuring import Stampedes
from bench.stampede.report import Result, as_json, as_text
from bench.system import metrics_address, running_system

CROWD = 1_000
ROUNDS, QUICK_ROUNDS = 9, 2


def main() -> None:
    asked = _arguments()
    rounds = asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS)
    # Sockets of stores need a short path.
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        result = uvloop.run(_run(Path(directory), rounds, asked.crowd))
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
            progress = Progress("stampedes", rounds + 1)
            await stampedes.measure()  # the first one opens connections and loads code
            progress.step()
            found = []
            for _ in range(rounds):
                found.append(await stampedes.measure())
                progress.step()
            await system.audit()
            return Result(crowd, system.durability(), load_before, found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.stampede", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two rounds")
    parser.add_argument("--rounds", type=int, help=f"how many ({ROUNDS})")
    parser.add_argument("--crowd", type=int, default=CROWD, help=f"how many clients ({CROWD})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
