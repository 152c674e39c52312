"""Charges in group commits beside one transaction for each: `python -m bench.ledger --help`."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import uvloop

from bench.ledger import wire
from bench.ledger.load import Row, compare
from bench.ledger.report import Result, as_json, as_text
from bench.ledger.ways import new_database, open_ledger
from bench.report import Conditions
from og_stack.postgres import EmbeddedPostgres

ACCOUNTS = (1, 1_000)
CALLERS = (1, 16, 64, 256)
ROUNDS, QUICK_ROUNDS = 9, 3
ROUND_S, QUICK_ROUND_S = 2.0, 0.7
# One caller does the same in both ways, so what sets them apart is small and the machine's mood is
# not: more and shorter turns bring them closer in time.
ONE_CALLERS_TURNS = 4


def main() -> None:
    asked = _arguments()
    rounds = asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS)
    round_s = QUICK_ROUND_S if asked.quick else ROUND_S
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedPostgres(Path(directory)) as database,
    ):
        assert database.process  # noqa: S101 - it was started
        run = _run(database.admin_dsn, database.process.pid, rounds, round_s)
        result = uvloop.run(run)
    print(as_json(result) if asked.json else as_text(result))


async def _run(admin_dsn: str, postgres_pid: int, rounds: int, round_s: float) -> Result:
    load_before = os.getloadavg()[0]
    rows: list[Row] = []
    durability: dict[str, str] = {}
    for accounts in ACCOUNTS:
        dsn = new_database(admin_dsn, f"bench_{accounts}")
        async with open_ledger(dsn, accounts) as ledger:
            durability = await ledger.durability()
            for callers in CALLERS:
                turns = ONE_CALLERS_TURNS if callers == 1 else 1
                rows.append(await compare(ledger, callers, rounds * turns, round_s / turns))
    dsn = new_database(admin_dsn, "bench_wire")
    async with open_ledger(dsn, 1) as ledger:
        over_grpc = await wire.measure(dsn, postgres_pid, ledger.accounts[0], rounds, round_s)
        await ledger.audit()
    return Result(rounds, round_s, Conditions(durability, load_before), rows, over_grpc)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--rounds", type=int, help=f"how many rounds ({ROUNDS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
