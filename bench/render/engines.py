"""Each engine in a long-lived process of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.peers import ROOT
from bench.process import JsonProcess
from bench.render.cards import Spec
from bench.render.install import PEERS
from og_render.workers.worker import ALLOCATOR
from tests.support.browser import chromium

OURS, TAKUMI = "ours", "takumi"
OURS_CACHED, TAKUMI_CACHED = "ours cached", "takumi cached"


@dataclass(frozen=True)
class Entrant:
    """One engine with one setting."""

    name: str
    command: tuple[str, ...]
    folder: Path = PEERS.folder
    variant: dict[str, Any] = field(default_factory=dict)
    shares_pictures: bool = False
    """Whether it may find the pictures of one card in its cache when it draws the next."""
    note: str = ""


@dataclass(frozen=True)
class Measure:
    """What drawing took; `bytes` is the size of the last picture."""

    wall_ms: float
    cpu_ms: float
    bytes: int


class Engine:
    """The process of an entrant."""

    def __init__(self, entrant: Entrant) -> None:
        self.entrant = entrant
        # As the service's workers have it; for all, so that none has an advantage.
        self._process = JsonProcess(entrant.name, entrant.command, entrant.folder, ALLOCATOR)

    def draw(self, spec: Spec, save: Path | None = None) -> Measure:
        """Draw one card; keep the picture where `save` says."""
        self.load([spec])
        self.start(save=save)
        return self.finish()

    def load(self, specs: Sequence[Spec]) -> None:
        """Hand over cards; it returns when they are ready to be drawn."""
        self._process.ask(load=list(specs), variant=self.entrant.variant)
        self._process.answer()

    def start(self, *, concurrency: int = 1, save: Path | None = None) -> None:
        """Let it draw what it was handed."""
        self._process.ask(run={"concurrency": concurrency, "save": str(save) if save else None})

    def finish(self) -> Measure:
        """Wait until all is drawn."""
        return Measure(**self._process.answer())

    def close(self) -> None:
        """End the process."""
        self._process.close()


def entrants() -> list[Entrant]:
    """Give all that can be compared here; without Chromium it says so and goes on."""
    takumi, satori = ((str(PEERS.node), f"{name}.mjs") for name in ("takumi", "satori"))
    ours = (sys.executable, "-m", "bench.render.ours")
    found = [
        Entrant(OURS, ours, ROOT),
        Entrant(TAKUMI, takumi, note="as it comes; PNG has no other setting in this version"),
        Entrant(
            "takumi dithered",
            takumi,
            variant={"dithering": "ordered-bayer"},
            note="its gradients without bands, as ours are",
        ),
        Entrant(
            TAKUMI_CACHED,
            takumi,
            shares_pictures=True,
            note="the same pictures on every card, so that it decodes none",
        ),
        Entrant(
            OURS_CACHED,
            (*ours, "--opened"),
            ROOT,
            shares_pictures=True,
            note="likewise, for comparison with that; the service keeps no pictures",
        ),
        Entrant("satori+resvg", satori),
    ]
    try:
        program = chromium()
    except pytest.skip.Exception as absent:
        print(f"\n*** WITHOUT CHROMIUM: {absent}\n", file=sys.stderr)
        return found
    command = (sys.executable, "-m", "bench.render.chromium", program)
    return [*found, Entrant("chromium", command, ROOT, note="a warm page, a screenshot")]
