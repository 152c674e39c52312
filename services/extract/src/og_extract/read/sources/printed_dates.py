"""Reader of the dates that a page shows. It runs only where tags give none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document, ancestors, names_of, visible_text
from og_extract.read.markup.words import DATE_LABEL, MODIFIED
from og_extract.read.sources.surroundings import Run, Surroundings, is_of_change, near_headline

MAX_TIMES = 24
MAX_DATE_CHARS = 120
MAX_ALONE_CHARS = 32
"""Of a text that is a date and little else."""
MAX_LATER = 12
"""Of texts that may be dates, when the headline is far."""
MAX_PIECES = 3
"""A date may be printed in as many pieces: day, month and year."""
MAX_PIECE_CHARS = 16

_DATES = (
    ":is([class*=date i], [class*=datum i], [class*=fecha i], [class*=time i],"
    " [class*=published i], [class*=posted i], [id*=date i], [itemprop*=datePublished],"
    " [class*=meta i], [class*=byline i], [class*=info i])"
)
_HAS_DAY = re.compile(r"\d.*\d")
# A press release begins with place and day.
_DATELINE = re.compile(r"[^.!?\d]{0,40}?(\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d_]{3,9})\s?\d{4})")
# Years, months and days between slashes, joined by hyphens, or run together.
_DATE_IN_URL = re.compile(
    r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$|-|_)|[/-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?:\D|$)"
    r"|/((?:19|20)\d\d)(\d\d)(\d\d)/"
)
# As in "datePublished", "published_at" or "pubDate"; a fixed start is found fast.
_DATE_IN_SCRIPT = re.compile(
    r"""ub(?:lish(?:ed|ing)?|lication)?[_A-Z]?\w{0,8}\\?["']\s*:\s*\\?["']((?:19|20)\d\d-\d\d-\d\d)"""
)
_ASIDES = re.compile(
    r"comment|kommentar|related|recommend|teaser|sidebar|widget|carousel|popular|footer|event",
    re.IGNORECASE,
)


def read_printed_dates(document: Document, findings: Findings) -> None:
    """Note times, then the date in the URL, then dates in the text, each when asked for."""
    findings.later(
        ("time:published", "time:article", "time"), lambda: _read_times(document, findings)
    )
    findings.later(
        ("date:below-headline", "date:above-headline", "text:headline", "text:later"),
        lambda: _read_by_headline(near_headline(document), findings),
    )
    findings.later(("script:date",), lambda: _read_scripts(document, findings))
    findings.later(("text:labelled",), lambda: _read_labelled(document, findings))
    findings.later(("text:date",), lambda: _read_named(document, findings))
    found = _DATE_IN_URL.search(document.url)
    if found:
        findings.add("url:date", "-".join(part for part in found.groups() if part))


def _read_times(document: Document, findings: Findings) -> None:
    for node in document.tagged("time")[:MAX_TIMES]:
        parents = ancestors(node)
        if is_of_change(node) or _is_aside(parents):
            continue
        value = node.attributes.get("datetime") or visible_text(node)
        inside = not {"article", "header", "main"}.isdisjoint(parent.tag for parent in parents)
        source = "time:published" if "pubdate" in node.attributes else "time"
        findings.add("time:article" if inside and source == "time" else source, value)


def _read_by_headline(near: Surroundings, findings: Findings) -> None:
    """Note every text around the headline that may be a date, what is nearest first."""
    soon, before, later = (
        [text for text in _dates_in(runs) if _HAS_DAY.search(text)]
        for runs in (near.soon, near.before, near.later)
    )
    before.reverse()
    head = set(_dates_in(_before_text(near.soon)))
    findings.add_all("date:below-headline", [it for it in soon if _is_alone(it) and it in head])
    findings.add_all("date:above-headline", [text for text in before if _is_alone(text)])
    findings.add_all("text:headline", (*soon, *before))
    findings.add_all("text:later", later[:MAX_LATER])


def _before_text(runs: Sequence[Run]) -> Sequence[Run]:
    """Return what stands before the text, of which a summary may be printed in between."""
    long = [at for at, run in enumerate(runs) if len(run.text) > MAX_DATE_CHARS]
    return runs[: long[1]] if len(long) > 1 else runs


def _is_alone(text: str) -> bool:
    """Tell a date with little else from one in a sentence."""
    return len(text) <= MAX_ALONE_CHARS


def _dates_in(runs: Sequence[Run]) -> Iterator[str]:
    for at, run in enumerate(runs):
        if _says_modified(runs, at):
            continue
        if len(run.text) <= MAX_DATE_CHARS:
            yield MODIFIED.split(run.text)[0]
        elif dateline := _DATELINE.match(run.text):
            yield dateline[1]
        pieces = [piece.text for piece in runs[at : at + MAX_PIECES]]
        if all(len(piece) <= MAX_PIECE_CHARS for piece in pieces):
            yield " ".join(pieces)


def _says_modified(runs: Sequence[Run], at: int) -> bool:
    """Tell whether a text or the label before it speaks of a change."""
    before = runs[at - 1].text if at else ""
    return bool(
        MODIFIED.match(runs[at].text)
        or (len(before) < MAX_DATE_CHARS / 2 and MODIFIED.search(before))
    )


def _read_labelled(document: Document, findings: Findings) -> None:
    labelled = DATE_LABEL.search(document.html)
    if labelled:
        findings.add("text:labelled", labelled[1])


def _read_scripts(document: Document, findings: Findings) -> None:
    """Note the day that scripts have for the page, where all of them have the same."""
    days = {found[1] for found in _DATE_IN_SCRIPT.finditer(document.html)}
    if len(days) == 1:
        findings.add("script:date", days.pop())


def _read_named(document: Document, findings: Findings) -> None:
    """Note what stands in elements named after dates."""
    for node in document.tree.css(_DATES)[:MAX_TIMES]:
        if MODIFIED.search(names_of(node)) or _is_aside(ancestors(node)):
            continue
        text = visible_text(node).strip()
        if len(text) <= MAX_DATE_CHARS and not MODIFIED.search(text):
            findings.add("text:date", node.attributes.get("title") or text)


def _is_aside(parents: Sequence[LexborNode]) -> bool:
    for parent in parents:
        if parent.tag in {"body", "html"}:
            return False
        if parent.tag in {"nav", "footer", "aside"} or _ASIDES.search(names_of(parent)):
            return True
    return False
