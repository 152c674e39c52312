"""A program that is asked and answers in JSON, one object a line."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_MAX_END_S = 20


class JsonProcess:
    """A long-lived process; it says one line when it is ready."""

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._name = name
        self._process = subprocess.Popen(  # noqa: S603 - a program of ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, **environment},
        )
        self.answer()

    def ask(self, **request: Any) -> None:
        """Send a request."""
        assert self._process.stdin  # noqa: S101 - it was started with a pipe
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the next answer."""
        assert self._process.stdout  # noqa: S101 - as above
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} has ended; what it said stands above")
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_MAX_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
