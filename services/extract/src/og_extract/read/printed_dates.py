"""Reader of the dates that a page shows. It runs only where tags give none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from og_extract.read.document import Document, ancestors, visible_text
from og_extract.read.findings import Findings
from og_extract.read.headings import find_headline
from og_extract.read.surroundings import Run, around

MAX_TIMES = 24
MAX_DATE_CHARS = 80
MAX_PIECES = 3
"""A date may be printed in as many pieces: day, month and year."""
MAX_PIECE_CHARS = 16

_DATES = (
    ":is([class*=date i], [class*=datum i], [class*=fecha i], [class*=time i],"
    " [class*=published i], [class*=posted i], [id*=date i], [itemprop*=datePublished])"
)
_MODIFIED = re.compile(
    r"updat|modif|aktualisiert|geändert|überarbeitet|zuletzt|actualiz|mis à jour|maj\b|aggiornat"
    r"|bijgewerkt|gewijzigd|uppdaterad|opdateret|oppdatert|обновлен|zaktualizowan|aktualizov",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"publish|pubdate|entry-date|posted|created", re.IGNORECASE)
_LABELLED_DATE = re.compile(
    r"(?:published|posted|publié|publicado|pubblicato|veröffentlicht|erstellt|datum|stand"
    r"|gepubliceerd|publicerad|опубликовано|发布时间|发表于)"
    r"[^\d\n]{0,20}(\d[^\n]{5,40})",
    re.IGNORECASE,
)
# Years, months and days between slashes, joined by hyphens, or run together.
_DATE_IN_URL = re.compile(
    r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$|-|_)|[/-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?:\D|$)"
    r"|/((?:19|20)\d\d)(\d\d)(\d\d)/"
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
        ("text:headline",),
        lambda: _read_by_headline(around(find_headline(document)), findings),
    )
    findings.later(("text:labelled",), lambda: _read_labelled(document, findings))
    findings.later(("text:date",), lambda: _read_named(document, findings))
    found = _DATE_IN_URL.search(document.url)
    if found:
        findings.add("url:date", "-".join(part for part in found.groups() if part))


def _read_times(document: Document, findings: Findings) -> None:
    for node in document.tree.css("time")[:MAX_TIMES]:
        parents = ancestors(node)
        own = " ".join(str(value) for value in node.attributes.values())
        if (_MODIFIED.search(own) and not _PUBLISHED.search(own)) or _is_aside(parents):
            continue
        value = node.attributes.get("datetime") or visible_text(node)
        inside = not {"article", "header", "main"}.isdisjoint(parent.tag for parent in parents)
        source = "time:published" if "pubdate" in node.attributes else "time"
        findings.add("time:article" if inside and source == "time" else source, value)


def _read_by_headline(runs: Sequence[Run], findings: Findings) -> None:
    """Note every text around the headline that may be a date, pieces put together."""
    for at, run in enumerate(runs):
        if len(run.text) > MAX_DATE_CHARS or _says_modified(runs, at):
            continue
        findings.add("text:headline", _MODIFIED.split(run.text)[0])
        pieces = [piece.text for piece in runs[at : at + MAX_PIECES]]
        if all(len(piece) <= MAX_PIECE_CHARS for piece in pieces):
            findings.add("text:headline", " ".join(pieces))


def _says_modified(runs: Sequence[Run], at: int) -> bool:
    """Tell whether a text or the label before it speaks of a change."""
    before = runs[at - 1].text if at else ""
    return bool(
        _MODIFIED.match(runs[at].text)
        or (len(before) < MAX_DATE_CHARS / 2 and _MODIFIED.search(before))
    )


def _read_labelled(document: Document, findings: Findings) -> None:
    labelled = _LABELLED_DATE.search(document.body_text)
    if labelled:
        findings.add("text:labelled", labelled[1])


def _read_named(document: Document, findings: Findings) -> None:
    """Note what stands in elements named after dates."""
    for node in document.tree.css(_DATES)[:MAX_TIMES]:
        own = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if _MODIFIED.search(own) or _is_aside(ancestors(node)):
            continue
        text = visible_text(node).strip()
        if len(text) <= MAX_DATE_CHARS and not _MODIFIED.search(text):
            findings.add("text:date", node.attributes.get("title") or text)


def _is_aside(parents: Sequence[LexborNode]) -> bool:
    for parent in parents:
        if parent.tag in {"body", "html"}:
            return False
        names = f"{parent.attributes.get('class') or ''} {parent.attributes.get('id') or ''}"
        if parent.tag in {"nav", "footer", "aside"} or _ASIDES.search(names):
            return True
    return False
