"""What the bench and an engine's process say to each other: JSON, one object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import IO, Any


def requests(lines: IO[str]) -> Iterator[dict[str, Any]]:
    """Read requests until the input ends."""
    for line in lines:
        yield json.loads(line)


def answer(told: Mapping[str, Any]) -> None:
    """Write one answer."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
