"""Each engine in a long-lived process of its own."""

from __future__ import annotations

import base64
import json
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.render.cards import Drawn
from bench.render.install import FOLDER, NODE, ROOT


@dataclass(frozen=True)
class Measure:
    """What one drawing took."""

    wall_ms: float
    cpu_ms: float
    bytes: int


class Engine:
    """A process that draws cards on request."""

    def __init__(self, name: str, command: Sequence[str], folder: Path = FOLDER) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
        )
        self._answer()

    def draw(self, drawn: Drawn, save: Path | None = None) -> Measure:
        """Draw one card and say what it took; keep the picture where `save` says."""
        self._ask({**self._request(drawn), "save": str(save) if save else None})
        return Measure(**self._answer())

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def _request(self, drawn: Drawn) -> Mapping[str, Any]:
        return {"card": base64.b64encode(pickle.dumps(drawn.card)).decode()}

    def _ask(self, request: Mapping[str, Any]) -> None:
        assert self._process.stdin  # noqa: S101 - it was started with a pipe
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout  # noqa: S101 - as above
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} has ended")
        told: dict[str, Any] = json.loads(line)
        return told


class Peer(Engine):
    """An engine in JavaScript, with settings of its own."""

    def __init__(self, name: str, script: str, variant: Mapping[str, Any] | None = None) -> None:
        self._variant = variant or {}
        super().__init__(name, (str(NODE), script))

    def _request(self, drawn: Drawn) -> Mapping[str, Any]:
        return {"cards": [drawn.spec], "variant": self._variant}


def ours() -> Engine:
    """Start our engine."""
    return Engine("ours", (sys.executable, "-m", "bench.render.ours"), ROOT)
