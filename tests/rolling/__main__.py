from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from og_stack.processes import SERVICES
from tests.rolling.containers import containers
from tests.rolling.report import as_json, as_table
from tests.rolling.restarts import MANNERS
from tests.rolling.rounds import ROTATION, Round, play
from tests.rolling.system import REPLICAS, System, processes

ORDER = ("auth", "billing", "extract", "render", "edge")


def main() -> int:
    """Play the rounds that were asked for; 1 where somebody was failed by a rolling restart."""
    parser = argparse.ArgumentParser(prog="python -m tests.rolling")
    manners = [*MANNERS, ROTATION]
    parser.add_argument("--manner", action="append", choices=manners, help="rolling otherwise")
    parser.add_argument("--images", help="`prefix:version` of images to run it from, with podman")
    parser.add_argument("--service", action="append", choices=SERVICES, help="all otherwise")
    parser.add_argument("--seed", default=str(random.randrange(2**32)))
    parser.add_argument("--pace", type=float, default=1.0, help="5 asks a fifth as often")
    parser.add_argument("--json", type=Path, help="write what was counted to this file")
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="og-rolling-"))
    _say(f"seed {options.seed}; logs in {directory}")
    services = options.service or ORDER
    system = processes(directory)
    if options.images:
        system = containers(directory, *options.images.rsplit(":", 1))
    manners = options.manner or (["rolling", ROTATION] if options.images else ["rolling"])
    rounds = asyncio.run(_play_all(system, manners, services, options, directory))
    if options.json:
        options.json.write_text(json.dumps(as_json(options.seed, rounds), indent=2))
    if any(each.verdict.breaches or each.is_failed for each in rounds):
        return 1
    shutil.rmtree(directory, ignore_errors=True)
    return 0


async def _play_all(
    system_of: AbstractAsyncContextManager[System],
    manners: Sequence[str],
    services: Sequence[str],
    options: argparse.Namespace,
    directory: Path,
) -> list[Round]:
    names = [f"{service}-{number}" for service in services for number in range(1, REPLICAS + 1)]
    rounds: list[Round] = []
    async with system_of as system:
        for manner in manners:
            which = [] if manner == ROTATION else names
            seed = f"{options.seed}.{manner}"
            rounds.append(await play(system, manner, which, seed, directory, pace=options.pace))
            _say(as_table(rounds[-1]))
    return rounds


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
