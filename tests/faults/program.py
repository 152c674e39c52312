"""The command line of suites that play rounds of troubles until their time is over."""

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
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from tests.faults.topology import Shape, Topology

DEFAULT_MINUTES = 8.0


class Judged(Protocol):
    """What is told of a round."""

    @property
    def breaches(self) -> Sequence[object]: ...


class Played(Protocol):
    """A round that was played."""

    @property
    def verdict(self) -> Judged: ...


R = TypeVar("R", bound=Played)


@dataclass(frozen=True)
class Suite(Generic[R]):
    """A suite: `name` is its folder, `variables` what its environment variables begin with.

    A round takes `round_s` with all its waiting; `play` plays one by a seed, with its logs in a
    directory.
    """

    name: str
    variables: str
    shape: Shape
    round_s: float
    play: Callable[[Topology, str, Path], Awaitable[R]]
    as_table: Callable[[str, Sequence[R]], str]
    as_json: Callable[[str, Sequence[R]], Mapping[str, Any]]


def run(suite: Suite[R]) -> int:
    """Play rounds for so many minutes, one at least; 1 if one of them breached a promise."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.{suite.name}")
    parser.add_argument("--json", type=Path, help="write what was counted to this file")
    options = parser.parse_args()
    seed = os.environ.get(f"{suite.variables}_SEED") or str(random.randrange(2**32))
    minutes = float(os.environ.get(f"{suite.variables}_MINUTES") or DEFAULT_MINUTES)
    directory = Path(tempfile.mkdtemp(prefix=f"og-{suite.name}-"))
    _say(f"seed {seed}; logs in {directory}")
    rounds = asyncio.run(_play_for(suite, seed, minutes, directory))
    _say(suite.as_table(seed, rounds))
    if options.json:
        options.json.write_text(json.dumps(suite.as_json(seed, rounds), indent=2))
    if any(each.verdict.breaches for each in rounds):
        return 1
    shutil.rmtree(directory, ignore_errors=True)
    return 0


async def _play_for(suite: Suite[R], seed: str, minutes: float, directory: Path) -> list[R]:
    end_s = time.monotonic() + minutes * 60
    rounds: list[R] = []
    async with Topology(directory, seed, suite.shape) as topology:
        while not rounds or time.monotonic() + suite.round_s < end_s:
            rounds.append(await suite.play(topology, f"{seed}.{len(rounds) + 1}", directory))
            _say(f"round {len(rounds)}: {len(rounds[-1].verdict.breaches)} breaches")
    return rounds


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
