"""An explained page as text for people."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator

import typer

from og.extract.v1 import extract_pb2
from og_cli.output import printable

_CHOSEN = extract_pb2.CANDIDATE_OUTCOME_CHOSEN
_REFUSED = extract_pb2.CANDIDATE_OUTCOME_REFUSED
_CONTENT = extract_pb2.PAGE_KIND_CONTENT
_OUTCOME_CELLS = len("refused")
_MIN_VALUE_CELLS = 24


def kind_name(kind: extract_pb2.PageKind.ValueType) -> str:
    """Name a kind of page, as "not_found"."""
    return extract_pb2.PageKind.Name(kind).removeprefix("PAGE_KIND_").lower()


def outcome_name(outcome: extract_pb2.CandidateOutcome.ValueType) -> str:
    """Name what became of a value: "chosen", "lost" or "refused"."""
    return extract_pb2.CandidateOutcome.Name(outcome).removeprefix("CANDIDATE_OUTCOME_").lower()


def as_lines(url: str, page: extract_pb2.ExplainPageResponse) -> Iterator[str]:
    """Tell of the page, then of each field, then of the tags that may hold cards."""
    yield from _page(url, page)
    sources = [len(it.source) for field in page.fields for it in field.candidates]
    width = max(sources, default=0)
    for field in page.fields:
        yield ""
        yield _styled(field.name, bold=True)
        for candidate in field.candidates:
            yield from _candidate(candidate, width)
    if page.card_tags:
        yield ""
        yield _styled("card tags", bold=True)
        width = max(len(tag.property) for tag in page.card_tags)
        yield from (f"  {tag.property:<{width}}  {printable(tag.url)}" for tag in page.card_tags)


def _page(url: str, page: extract_pb2.ExplainPageResponse) -> Iterator[str]:
    yield _styled(printable(page.final_url), bold=True)
    if page.final_url != url:
        yield f"  asked for  {printable(url)}"
    if page.canonical_url != page.final_url:
        yield f"  canonical  {printable(page.canonical_url)}"
    is_content = page.kind == _CONTENT
    kind = _styled(kind_name(page.kind), fg=None if is_content else typer.colors.RED)
    yield f"  kind       {kind}" + (f": {printable(page.kind_reason)}" if page.kind_reason else "")
    yield f"  language   {page.language_code or 'unknown'}"
    yield f"  size       {page.page_bytes:,} bytes"


def _candidate(candidate: extract_pb2.Candidate, width: int) -> Iterator[str]:
    lead = f"  {outcome_name(candidate.outcome):<{_OUTCOME_CELLS}}  {candidate.source:<{width}}  "
    value = _fitted(printable(candidate.value), len(lead))
    if candidate.outcome == _CHOSEN:
        yield _styled(lead + value, fg=typer.colors.GREEN)
    else:
        yield _styled(lead + value, dim=True)
    if candidate.reason:
        note = _fitted(printable(candidate.reason), len(lead) + 2)
        is_refused = candidate.outcome == _REFUSED
        yield " " * len(lead) + _styled(f"↳ {note}", fg=typer.colors.YELLOW if is_refused else None)


def _fitted(text: str, taken_cells: int) -> str:
    """Cut a text so that it keeps its line on a terminal; elsewhere it is whole."""
    if not sys.stdout.isatty():
        return text
    room = max(shutil.get_terminal_size().columns - taken_cells, _MIN_VALUE_CELLS)
    for index, char in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
        if room < 0:
            return text[: max(index - 1, 0)] + "…"
    return text


def _styled(text: str, *, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return typer.style(text, fg=fg, bold=bold or None, dim=dim or None)
