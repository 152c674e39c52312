"""Pages as a reader of extract parses them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import closing, suppress

from bench.capacity.figures import Read
from bench.extract.corpus import Entry, NoCorpusError, load_corpus
from bench.extract.entrants import Reader, Round, ours
from bench.pages import page

OWN_PAGES = 200
OWN, REAL = "articles of bench.pages", "pages of OG_CORPUS"


def measure_reading(rounds: int) -> list[Read]:
    """Read the bench's own articles, and those of OG_CORPUS where it is set."""
    own = [Entry(str(n), f"https://example.com/{n}", page(str(n)), {}) for n in range(OWN_PAGES)]
    found = [_measure(OWN, own, rounds)]
    with suppress(NoCorpusError):
        found.append(_measure(REAL, load_corpus(), rounds))
    return found


def _measure(pages_are: str, entries: Sequence[Entry], rounds: int) -> Read:
    with closing(Reader(ours(), entries)) as reader:
        reader.read()
        seen: list[Round] = [reader.read() for _ in range(rounds)]
    each_ms = [statistics.median(times) for times in zip(*(it.each_ms for it in seen), strict=True)]
    size = round(statistics.fmean(len(entry.body) for entry in entries))
    p99_ms = statistics.quantiles(each_ms, n=100, method="inclusive")[98]
    return Read(pages_are, len(entries), size, statistics.fmean(each_ms), p99_ms)
