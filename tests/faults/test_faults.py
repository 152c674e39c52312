"""A short round of `make test-faults`, so that every run of the tests breaks something for real."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.report import as_table
from tests.faults.rounds import BUSY_RECOVER_WITHIN_S, play
from tests.faults.topology import Topology
from tests.support.telling import tell

SEED = "9"
FAULTS_S, CALM_S = 20.0, 2.0
REQUESTS_LEAST, KILLS_LEAST = 300, 3


@pytest.mark.timeout(600)
async def test_no_credit_is_lost_doubled_or_invented_whatever_breaks(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    async with Topology(tmp_path, SEED) as topology:
        played = await play(
            topology, SEED, FAULTS_S, CALM_S, tmp_path, recover_within_s=BUSY_RECOVER_WITHIN_S
        )
    table = as_table(SEED, [played])
    tell(pytestconfig, table)
    assert not played.verdict.breaches, table
    assert played.verdict.requests >= REQUESTS_LEAST, table
    assert sum(played.kills.values()) >= KILLS_LEAST, table
