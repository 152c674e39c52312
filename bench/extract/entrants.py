"""Each reader of pages in a long-lived process of its own."""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.extract.corpus import Entry
from bench.peers import LOCAL, ROOT, Peers
from bench.process import JsonProcess
from og_extract.batch.result import KEYS
from og_extract.read.markup.charset import decode_page

OURS, METASCRAPER = "ours", "metascraper"
PEERS = Peers(Path(__file__).parent, LOCAL / "bench-extract")
_ARTICLE = frozenset({"title", "description", "siteName", "author", "publishedAt", "image", "url"})


@dataclass(frozen=True)
class Entrant:
    """One reader of pages."""

    name: str
    command: tuple[str, ...]
    fields: frozenset[str]
    """Those it has a value for at all."""
    note: str
    folder: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)
    reads_bytes: bool = False
    """Whether it finds a page's charset, where others get text."""


@dataclass(frozen=True)
class Round:
    """What an entrant found on all pages, and the processor time that took."""

    total_ms: float
    each_ms: list[float]
    values: list[dict[str, Any]]


class Reader:
    """The process of an entrant, with the pages in memory."""

    def __init__(self, entrant: Entrant, entries: Sequence[Entry]) -> None:
        self.entrant = entrant
        self._process = JsonProcess(
            entrant.name, entrant.command, entrant.folder, entrant.environment
        )
        self._process.ask(load=[_page(it, reads_bytes=entrant.reads_bytes) for it in entries])
        self._process.answer()

    def read(self) -> Round:
        """Read all pages once."""
        self._process.ask(run=True)
        return Round(**self._process.answer())

    def close(self) -> None:
        """End the process."""
        self._process.close()


def ours() -> Entrant:
    """Give our own reader."""
    return Entrant(
        OURS,
        (sys.executable, "-m", "bench.extract.ours"),
        frozenset(KEYS),
        "read_page, as a worker of the service runs it; it alone finds the charset itself",
        reads_bytes=True,
    )


def peers() -> list[Entrant]:
    """Give those it is compared with; they must be installed."""
    tools = {"PYTHONPATH": str(PEERS.tools)}
    return [
        Entrant(
            METASCRAPER,
            (str(PEERS.node), "metascraper.mjs"),
            _ARTICLE | {"lang", "logo"},
            "its own eleven rule bundles; it has none for prices and ratings",
            folder=PEERS.folder,
        ),
        Entrant(
            "trafilatura",
            (sys.executable, "-m", "bench.extract.with_trafilatura"),
            _ARTICLE,
            "extract_metadata, without main text",
            environment=tools,
        ),
        Entrant(
            "extruct",
            (sys.executable, "-m", "bench.extract.with_extruct"),
            frozenset(KEYS) - {"logo"},
            "JSON-LD, microdata, Open Graph; with_extruct.py chooses among what it finds",
            environment=tools,
        ),
    ]


def _page(entry: Entry, *, reads_bytes: bool) -> dict[str, str]:
    if reads_bytes:
        return {"url": entry.url, "body": base64.b64encode(entry.body).decode()}
    return {"url": entry.url, "html": decode_page(entry.body, "text/html")}
