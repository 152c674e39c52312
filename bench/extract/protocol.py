"""What the bench and an entrant's process say to each other: JSON, one object a line.

{"load": [{"url": …, "html": text or "body": base64}]} is answered when the pages are in memory, and
{"run": true} when all are read, with the values found and the processor time that reading took.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_MS = 1000


@dataclass(frozen=True)
class Page:
    """A page in memory, as text or as bytes."""

    url: str
    html: str
    body: bytes


def serve(read: Callable[[Page], T], values: Callable[[T], dict[str, Any]]) -> None:
    """Be an entrant until the input ends. Only `read` is timed; values names what it gave."""
    _say(ready=True)
    pages: list[Page] = []
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            pages = [_page(it) for it in request["load"]]
            _say(loaded=len(pages))
            continue
        started = time.process_time()
        found, each_ms = [], []
        for page in pages:
            before = time.process_time()
            found.append(read(page))
            each_ms.append((time.process_time() - before) * _MS)
        total_ms = (time.process_time() - started) * _MS
        _say(total_ms=total_ms, each_ms=each_ms, values=[values(it) for it in found])


def _page(fields: dict[str, str]) -> Page:
    body = base64.b64decode(fields.get("body", ""))
    return Page(fields["url"], fields.get("html", ""), body)


def _say(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
