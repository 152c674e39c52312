"""What a card costs on the running system: a hit and a new card against `GET /healthz`, one by one.

Run beside `make run`; it reads .local/demo.json and spends a few hundred of the demo's credits.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import httpx

ROUNDS = 60
PAUSE_S = 0.25
"""Between rounds, so that the demo's plan of 300 requests a minute is enough."""
TIMEOUT_S = 10


def timed_ms(ask: Callable[[], httpx.Response]) -> float:
    """Give the milliseconds that a good answer took."""
    started = time.perf_counter()
    ask().raise_for_status()
    return (time.perf_counter() - started) * 1_000


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, default=Path(".local/demo.json"))
    parser.add_argument("--json", action="store_true", help="print one object")
    options = parser.parse_args()
    demo = json.loads(options.demo.read_text())
    headers = {"Authorization": f"Bearer {demo['api_key']}"}
    client = httpx.Client(base_url=demo["base_url"], headers=headers, timeout=TIMEOUT_S)

    def card(title: str) -> httpx.Response:
        page = {"url": demo["demo_page"], "template": "article/blog-post", "title": title}
        return client.get("/api/og", params=page)

    card("A card that exists").raise_for_status()
    asks: dict[str, Callable[[], httpx.Response]] = {
        "bare": lambda: client.get("/healthz"),
        "hit": lambda: card("A card that exists"),
        "new": lambda: card(f"A new card {uuid.uuid4().hex[:6]}"),
    }
    times: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(ROUNDS):
        for name, ask in asks.items():
            times[name].append(timed_ms(ask))
        time.sleep(PAUSE_S)
    bare = statistics.median(times["bare"])
    found = {
        name: {
            "median_ms": round(statistics.median(values), 1),
            "p95_ms": round(statistics.quantiles(values, n=20)[-1], 1),
            "ratio_to_bare": round(statistics.median(values) / bare, 1),
        }
        for name, values in times.items()
    }
    if options.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(f"{name:<5}", *(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
