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

from tests.faults.report import as_json, as_table
from tests.faults.rounds import Round, play
from tests.faults.topology import Topology

DEFAULT_MINUTES = 8.0
FAULTS_S = 60.0
CALM_S = 5.0
ROUND_S = 125.0
"""A round with all its waiting: reservations take a minute to expire."""


async def run(seed: str, minutes: float, directory: Path) -> list[Round]:
    """Play rounds for so long, one at least."""
    end_s = time.monotonic() + minutes * 60
    rounds: list[Round] = []
    async with Topology(directory, seed) as topology:
        while not rounds or time.monotonic() + ROUND_S < end_s:
            round_seed = f"{seed}.{len(rounds) + 1}"
            rounds.append(await play(topology, round_seed, FAULTS_S, CALM_S, directory))
            say(f"round {len(rounds)}: {len(rounds[-1].verdict.breaches)} breaches")
    return rounds


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--json", type=Path, help="write what was counted to this file")
    options = parser.parse_args()
    seed = os.environ.get("OG_FAULT_SEED") or str(random.randrange(2**32))
    minutes = float(os.environ.get("OG_FAULT_MINUTES") or DEFAULT_MINUTES)
    directory = Path(tempfile.mkdtemp(prefix="og-faults-"))
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
