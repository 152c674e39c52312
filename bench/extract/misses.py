"""What our reader has wrong, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from bench.extract.corpus import Entry
from bench.extract.scores import MAY_BE_FALSE, Miss, false_values, misses
from og_extract.batch.result import result_of
from og_extract.read.choosing.page import Page
from og_extract.read.choosing.rules import Outcome
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

# Where results and explanations name a field differently.
_EXPLAINED = {
    "logo": "favicon",
    "lang": "language",
    "currency": "price",
    "ratingCount": "rating",
}


def misses_text(corpus: Sequence[Entry], field: str, *, held_out: bool) -> str:
    """List wrong values of a field, and for some fields those where none is expected."""
    entries = [it for it in corpus if it.is_held_out == held_out]
    pages = {it.id: _read(it) for it in entries}
    values = {name: result_of(page) for name, page in pages.items()}
    listed = [*misses(entries, values, field)]
    if field in MAY_BE_FALSE:
        listed += false_values(corpus, entries, values, field)
    return "\n".join(line for it in listed for line in _lines(it, pages[it.id], field))


def _read(entry: Entry) -> Page | None:
    return read_page(PageSource(entry.url, entry.body, "text/html", explain=True))


def _lines(miss: Miss, page: Page | None, field: str) -> list[str]:
    found = f"{miss.found!r} ({_source(page, field)})"
    return [miss.id, f"  expected {miss.expected!r}", f"  found    {found}"]


def _source(page: Page | None, field: str) -> str:
    candidates = page.explanations.get(_EXPLAINED.get(field, field), []) if page else []
    return next((it.source for it in candidates if it.outcome is Outcome.CHOSEN), "nowhere")
