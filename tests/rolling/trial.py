"""A short round of `make test-rolling`: every run of the tests restarts something for real."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rolling.report import as_table
from tests.rolling.rounds import play
from tests.rolling.system import processes
from tests.support.telling import tell

SEED = "5"
REQUESTS_LEAST = 300


@pytest.mark.timeout(600)
async def test_nobody_is_failed_where_one_of_two_is_restarted(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    async with processes(tmp_path) as system:
        played = await play(system, "rolling", ["auth-1", "billing-2", "edge-1"], SEED, tmp_path)
    table = as_table(played)
    tell(pytestconfig, table)
    assert not played.verdict.failures, table
    assert not played.verdict.breaches, table
    assert played.verdict.requests >= REQUESTS_LEAST, table
