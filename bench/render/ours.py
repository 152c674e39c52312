"""Our engine as the bench's long-lived process: `python -m bench.render.ours`."""

from __future__ import annotations

import pickle
import sys
import time
from base64 import b64decode
from pathlib import Path

from bench.render.protocol import answer, requests
from og_render.drawing import draw, open_pictures
from og_render.text.fonts import FontBook


def main() -> None:
    """Draw each card that comes in, as a worker of the service does, and time it."""
    book = FontBook()
    answer({"ready": True})
    for request in requests(sys.stdin):
        card = pickle.loads(b64decode(request["card"]))  # noqa: S301 - the bench's own
        wall, cpu = time.perf_counter(), time.process_time()
        drawing = draw(card, book, open_pictures(card))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if request.get("save"):
            Path(request["save"]).write_bytes(drawing.image)
        answer({"wall_ms": wall * 1000, "cpu_ms": cpu * 1000, "bytes": len(drawing.image)})


if __name__ == "__main__":
    main()
