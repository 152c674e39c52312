"""Pages with values found by hand: OG_CORPUS names a folder with expected.json and gzipped pages.

expected.json lists {"id", "url", "file", "expected": {field: value}}. A field that an entry lacks
was not looked at, or is not there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PARTS = 3
FORMAT = "a folder with expected.json and the pages it names"


class NoCorpusError(Exception):
    """There is none; the message says what to set."""


@dataclass(frozen=True)
class Entry:
    """A page and what people found on it."""

    id: str
    url: str
    body: bytes
    expected: dict[str, Any]

    @property
    def collection(self) -> str:
        """Where it comes from; the fields that people looked for differ by that."""
        return self.id.partition(":")[0]

    @property
    def is_held_out(self) -> bool:
        """Whether nobody looks at it while tuning."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % _PARTS == 0


def load_corpus() -> list[Entry]:
    """Read all of it. Raises NoCorpusError."""
    named = os.environ.get("OG_CORPUS", "")
    if not named:
        raise NoCorpusError(f"set OG_CORPUS to {FORMAT}")
    folder = Path(named)
    try:
        listed = json.loads((folder / "expected.json").read_text())
        return [
            Entry(
                it["id"],
                it["url"].strip(),
                gzip.decompress((folder / it["file"]).read_bytes()),
                it["expected"],
            )
            for it in listed
        ]
    except (OSError, ValueError, LookupError) as error:
        raise NoCorpusError(f"OG_CORPUS={named} is not {FORMAT}: {error}") from error


def looked_for(entries: Sequence[Entry], field: str) -> list[Entry]:
    """Give the entries of collections in which people looked for a field at all."""
    collections = {it.collection for it in entries if field in it.expected}
    return [it for it in entries if it.collection in collections]
