from __future__ import annotations

import sys
from pathlib import Path

from tests.faults import program
from tests.faults.topology import Topology
from tests.races.report import as_json, as_table
from tests.races.rounds import Round, play
from tests.races.troubles import SHAPE

TROUBLES_S = 60.0
CALM_S = 3.0
ROUND_S = 120.0
"""A round with all its waiting and the drawing of every card that was shown."""


async def play_one(topology: Topology, seed: str, directory: Path) -> Round:
    """Play a round of the usual length."""
    return await play(topology, seed, TROUBLES_S, CALM_S, directory, settles=True)


SUITE = program.Suite("races", "OG_RACE", SHAPE, ROUND_S, play_one, as_table, as_json)

if __name__ == "__main__":
    sys.exit(program.run(SUITE))
