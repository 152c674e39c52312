"""What our reader has wrong, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from bench.extract.corpus import Entry, looked_for
from bench.extract.scores import MAY_BE_FALSE, misses
from og_extract.batch.result import result_of
from og_extract.read.page import Page
from og_extract.read.reader import read_page
from og_extract.read.rules import Outcome
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
    lines = []
    for miss in misses(entries, values, field):
        lines += _lines(miss.id, miss.expected, miss.found, pages[miss.id], field)
    if field in MAY_BE_FALSE:
        looked = {it.id for it in looked_for(list(corpus), field)}
        for entry in entries:
            if entry.id in looked and entry.expected.get(field) is None and values[entry.id][field]:
                found = values[entry.id][field]
                lines += _lines(entry.id, None, found, pages[entry.id], field)
    return "\n".join(lines)


def _read(entry: Entry) -> Page | None:
    return read_page(PageSource(entry.url, entry.body, "text/html", explain=True))


def _lines(
    page_id: str, expected: object, found: object, page: Page | None, field: str
) -> list[str]:
    return [page_id, f"  expected {expected!r}", f"  found    {found!r} ({_source(page, field)})"]


def _source(page: Page | None, field: str) -> str:
    candidates = page.explanations.get(_EXPLAINED.get(field, field), []) if page else []
    return next((it.source for it in candidates if it.outcome is Outcome.CHOSEN), "nowhere")
