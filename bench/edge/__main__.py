"""The hit path beside a bare server of the same bytes: `python -m bench.edge --help`."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from bench.accounts import create_accounts
from bench.edge.collector import traced
from bench.edge.measuring import Effort, Line, measure_line
from bench.edge.preparing import draw_cards, put_article
from bench.edge.report import Result, as_json, as_text
from bench.edge.ways import BARE, BARE_MANY, Way, bare, naive, ours, over_mtls
from bench.edge.wrk import NoWrkError, wrk_path
from bench.report import Conditions
from bench.system import System, run_in_directory, running_system
from tests.support.local_site import LocalSite, local_site

CONNECTIONS = (1, 32, 256)
EDGES = BILLINGS = 2
MANY_ACCOUNTS, QUICK_MANY_ACCOUNTS = 1_000, 100
FULL, QUICK = Effort(rounds=5, round_s=5), Effort(rounds=2, round_s=2)
NO_WRK_STATUS = 2


def main() -> int:
    asked = _arguments()
    try:
        wrk_path()
    except NoWrkError as error:
        print(f"bench: {error}", file=sys.stderr)
        return NO_WRK_STATUS
    effort = QUICK if asked.quick else FULL
    if asked.rounds:
        effort = Effort(max(asked.rounds, 2), effort.round_s)
    many = asked.accounts
    if many is None:
        many = QUICK_MANY_ACCOUNTS if asked.quick else MANY_ACCOUNTS
    result = run_in_directory(lambda it: _run(it, effort, many, asked))
    print(as_json(result) if asked.json else as_text(result))
    return 0


async def _run(directory: Path, effort: Effort, many: int, asked: argparse.Namespace) -> Result:
    load_before = os.getloadavg()[0]
    async with (
        local_site() as site,
        traced(asked.trace_ratio) as tracing,
        running_system(
            directory,
            {"OG_LOOPBACK_TARGETS": site.address, **tracing},
            edges=EDGES,
            billings=1 if asked.mtls else BILLINGS,  # as many as with TLS
        ) as system,
        AsyncExitStack() as beside,
    ):
        further = []
        if asked.mtls:
            further += [await beside.enter_async_context(over_mtls(system, directory, EDGES))]
        lines, answer_bytes = await _one_account(
            system, site, directory, effort, asked.connections, further
        )
        if many:
            lines += await _many_accounts(system, site, directory, effort, asked.connections, many)
        conditions = Conditions(system.durability(), load_before)
        return Result(effort, conditions, answer_bytes, lines)


async def _one_account(
    system: System,
    site: LocalSite,
    directory: Path,
    effort: Effort,
    connections: list[int],
    further: list[Way],
) -> tuple[list[Line], int]:
    requests = directory / "one"
    accounts = await create_accounts(system.stack, 1)
    prepared = await draw_cards(system, put_article(site), accounts, requests)
    prepared.write(directory)
    name = system.value("SELECT object_name FROM edge.cards")
    async with (
        bare(BARE, directory, 1) as alone,
        bare(BARE_MANY, directory, EDGES) as many,
        naive(system, directory, name, EDGES) as hops,
    ):
        ways = [alone, many, ours(system), hops, *further]
        lines = [
            await measure_line(system, ways, requests, 1, count, effort) for count in connections
        ]
    return lines, len(prepared.body)


async def _many_accounts(
    system: System,
    site: LocalSite,
    directory: Path,
    effort: Effort,
    connections: list[int],
    count: int,
) -> list[Line]:
    requests = directory / "many"
    accounts = await create_accounts(system.stack, count)
    await draw_cards(system, put_article(site), accounts, requests)
    async with bare(BARE, directory, 1) as alone:
        ways = [alone, ours(system)]
        return [
            await measure_line(system, ways, requests, count, each, effort) for each in connections
        ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.edge", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer accounts, shorter rounds")
    parser.add_argument("--rounds", type=int, help=f"how many rounds, at least 2 ({FULL.rounds})")
    parser.add_argument(
        "--connections", type=int, nargs="+", default=list(CONNECTIONS), help="how many at a time"
    )
    parser.add_argument(
        "--accounts", type=int, help=f"how many besides one ({MANY_ACCOUNTS}); 0: only one"
    )
    parser.add_argument(
        "--mtls", action="store_true", help="another way: services that know one another by TLS"
    )
    parser.add_argument(
        "--trace-ratio", type=float, help="share of requests that are traced; nothing is, without"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
