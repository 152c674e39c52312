"""Compares our render path with its peers: `python -m bench.render`."""

from __future__ import annotations

import argparse
import statistics
import sys

from bench.render.cards import KINDS, Deck
from bench.render.engines import Measure, Peer, ours
from bench.render.install import install


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    folder = install()
    (folder / "samples").mkdir(exist_ok=True)
    engines = [
        ours(),
        Peer("takumi", "takumi.mjs"),
        Peer("takumi dithered", "takumi.mjs", {"dithering": "ordered-bayer"}),
    ]
    if not arguments.only:
        engines.append(Peer("satori", "satori.mjs"))
    deck = Deck()
    results: dict[tuple[str, str], list[Measure]] = {}
    rounds = 12 if arguments.quick else 40
    for turn in range(-4, rounds):
        for kind in KINDS:
            drawn = deck.next(kind)
            for engine in engines:
                save = folder / "samples" / f"{kind}-{engine.name}.png" if turn == 0 else None
                measure = engine.draw(drawn, save)
                if turn >= 0:
                    results.setdefault((kind, engine.name), []).append(measure)
    for kind in KINDS:
        base = results[kind, "takumi"]
        for engine in engines:
            its = results[kind, engine.name]
            cpu, wall, size = (
                statistics.median(getattr(m, n) for m in its)
                for n in ("cpu_ms", "wall_ms", "bytes")
            )
            c0, b0 = (statistics.median(getattr(m, n) for m in base) for n in ("cpu_ms", "bytes"))
            print(
                f"{kind:9} {engine.name:16} cpu {cpu:7.2f} ms  wall {wall:7.2f} ms  {size / 1000:7.1f} kB   {c0 / cpu:5.2f}x as fast  {size / b0:5.2f}x bytes"
            )
    for engine in engines:
        engine.close()
    sys.exit(0)


if __name__ == "__main__":
    main()
