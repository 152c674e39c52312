from __future__ import annotations

import sys
from pathlib import Path

from tests.faults import program
from tests.faults.report import as_json, as_table
from tests.faults.rounds import Round, play
from tests.faults.topology import FAULTS, Topology

FAULTS_S = 60.0
CALM_S = 5.0
ROUND_S = 125.0
"""A round with all its waiting: reservations take a minute to expire."""


async def play_one(topology: Topology, seed: str, directory: Path) -> Round:
    """Play a round of the usual length."""
    return await play(topology, seed, FAULTS_S, CALM_S, directory)


SUITE = program.Suite("faults", "OG_FAULT", FAULTS, ROUND_S, play_one, as_table, as_json)

if __name__ == "__main__":
    sys.exit(program.run(SUITE))
