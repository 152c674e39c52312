"""Whether a worker's memory grows: `python -m bench.render.memory --help`.

One worker process draws one card after the other, no two alike. The pool would renew it long
before; here it is to show what it does when left alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import sys
from collections import deque
from itertools import islice
from pathlib import Path

from bench.render.wild_cards import wild_cards
from og_render.workers.worker import Worker
from og_service.progress import Progress

CARDS, EVERY = 20_000, 2_000
SEED = 3
MAX_GROWTH_PERCENT = 5.0
# After one card it is a fifth more than after another, by the size of their pictures: a reading
# is the median after this many cards.
CARDS_A_READING = 200
_KIB = 1024


def main() -> int:
    """Run, print what was read, and fail if it grew too much."""
    parser = argparse.ArgumentParser(prog="python -m bench.render.memory", description=__doc__)
    parser.add_argument("--cards", type=int, default=CARDS, help=f"how many ({CARDS})")
    parser.add_argument("--every", type=int, default=EVERY, help=f"cards a reading ({EVERY})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the cards ({SEED})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    readings = asyncio.run(_read(asked.cards, asked.every, asked.seed))
    first, last = next(iter(readings.values())), list(readings.values())[-1]
    growth = 100 * (last / first - 1)
    if asked.json:
        print(json.dumps({"seed": asked.seed, "rss_bytes": readings, "growth_percent": growth}))
    else:
        _show(readings, growth)
    return int(growth > MAX_GROWTH_PERCENT)


async def _read(cards: int, every: int, seed: int) -> dict[int, int]:
    """Draw, and read the worker's resident bytes as every so many cards are done."""
    readings: dict[int, int] = {}
    latest: deque[int] = deque(maxlen=CARDS_A_READING)
    worker = await Worker.start()
    try:
        with Progress("cards", cards) as progress:
            for number, card in enumerate(islice(wild_cards(seed), cards), start=1):
                await worker.draw(card)
                latest.append(_resident_bytes(worker.process_id))
                progress.advance()
                if number % every == 0:
                    readings[number] = round(statistics.median(latest))
    finally:
        worker.kill()
        await worker.ended()
    return readings


def _resident_bytes(process_id: int) -> int:
    status = Path("/proc", str(process_id), "status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        raise RuntimeError("the system does not say how much memory a process takes")
    return int(found[1]) * _KIB


def _show(readings: dict[int, int], growth: float) -> None:
    first = next(iter(readings.values()))
    for number, resident in readings.items():
        change = 100 * (resident / first - 1)
        print(f"{number:6} cards  {resident / _KIB**2:7.1f} MiB  {change:+5.1f} %")
    mark = "reached" if growth <= MAX_GROWTH_PERCENT else "MISSED "
    print(f"\n{mark}  growth {growth:+.1f} %  (at most {MAX_GROWTH_PERCENT:g} %)")


if __name__ == "__main__":
    sys.exit(main())
