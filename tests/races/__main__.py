from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.topology import Topology
from tests.races.report import as_json, as_table
from tests.races.rounds import Round, play
from tests.races.troubles import SHAPE

DEFAULT_MINUTES = 8.0
TROUBLES_S = 60.0
CALM_S = 3.0
ROUND_S = 120.0
"""A round with all its waiting and the drawing of every card that was shown."""


async def run(seed: str, minutes: float, directory: Path) -> list[Round]:
    """Play rounds for so long, one at least, and tell of each at once."""
    end_s = time.monotonic() + minutes * 60
    rounds: list[Round] = []
    async with Topology(directory, seed, SHAPE) as topology:
        while not rounds or time.monotonic() + ROUND_S < end_s:
            round_seed = f"{seed}.{len(rounds) + 1}"
            rounds.append(
                await play(topology, round_seed, TROUBLES_S, CALM_S, directory, settles=True)
            )
            say(f"round {len(rounds)}: {len(rounds[-1].verdict.breaches)} breaches")
    return rounds


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.races")
    parser.add_argument("--json", type=Path, help="write what was counted to this file")
    options = parser.parse_args()
    seed = os.environ.get("OG_RACE_SEED") or str(random.randrange(2**32))
    minutes = float(os.environ.get("OG_RACE_MINUTES") or DEFAULT_MINUTES)
    directory = Path(tempfile.mkdtemp(prefix="og-races-"))
    say(f"seed {seed}; logs in {directory}")
    rounds = asyncio.run(run(seed, minutes, directory))
    say(as_table(seed, rounds))
    if options.json:
        options.json.write_text(json.dumps(as_json(seed, rounds), indent=2))
    if any(each.verdict.breaches for each in rounds):
        return 1
    shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
