"""A short round of `make test-races`, so that every run of the tests tries to bring a card back."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.rounds import BUSY_RECOVER_WITHIN_S
from tests.faults.topology import Topology
from tests.races.report import as_table
from tests.races.rounds import play
from tests.races.troubles import SHAPE
from tests.support.telling import tell

TROUBLES_S, CALM_S = 12.0, 1.0
REQUESTS_LEAST, TROUBLES_LEAST = 200, 5


@pytest.mark.timeout(300)
async def test_no_old_card_comes_back_whatever_is_slow_or_stops(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    seed = os.environ.get("OG_RACE_SEED") or str(random.randrange(2**32))
    async with Topology(tmp_path, seed, SHAPE) as topology:
        played = await play(
            topology,
            seed,
            TROUBLES_S,
            CALM_S,
            tmp_path,
            settles=False,
            recover_within_s=BUSY_RECOVER_WITHIN_S,
        )
    table = as_table(seed, [played])
    tell(pytestconfig, table)
    assert not played.verdict.breaches, table
    assert played.verdict.requests >= REQUESTS_LEAST, table
    assert sum(played.troubles.values()) >= TROUBLES_LEAST, table
