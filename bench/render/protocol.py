"""What the bench and an engine's process say to each other: JSON, one object a line.

{"load": [cards], "variant": {…}} is answered when the cards are ready to be drawn, and
{"run": {"concurrency": 1, "save": path}} when they are drawn, with what that alone took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def serve(
    prepare: Callable[[dict[str, Any]], T], draw: Callable[[T], bytes], cpu_s: Callable[[], float]
) -> None:
    """Be an engine until the input ends. Only `draw` is timed; cpu_s is a clock."""
    _say(ready=True)
    cards: list[T] = []
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            cards = [prepare(card) for card in request["load"]]
            _say(loaded=len(cards))
            continue
        cpu, wall = cpu_s(), time.perf_counter()
        pictures = [draw(card) for card in cards]
        wall, cpu = time.perf_counter() - wall, cpu_s() - cpu
        if request["run"].get("save"):
            Path(request["run"]["save"]).write_bytes(pictures[-1])
        _say(wall_ms=wall * 1000, cpu_ms=cpu * 1000, bytes=len(pictures[-1]))


def _say(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
