"""The short texts that stand around a page's headline, where bylines and dates are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from og_extract.read.markup.document import Document, is_visible
from og_extract.read.markup.words import MODIFIED
from og_extract.read.sources.headings import find_headline

RUNS_SOON = 16
MAX_RUNS_AFTER = 60
MAX_RUNS_BEFORE = 12
MAX_LEVELS_BEFORE = 4
MAX_NODES = 1_500
MAX_CHARS_AFTER = 2_500
MAX_RUN_CHARS = 400

_SKIPPED_TAGS = frozenset({"nav", "form", "footer", "figure", "select", "iframe", "video", "audio"})
_LABEL_TAGS = frozenset({"th", "label"})


@dataclass(frozen=True, slots=True)
class Run:
    """A text without markup in it."""

    text: str
    link: str = ""
    """Where it leads, if it is a link's."""
    is_label: bool = False
    """Whether it heads a row or column of a table, or labels what is to be filled in."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The texts near a headline, each part in the order of the page."""

    soon: list[Run]
    """What follows the headline closely."""
    before: list[Run]
    later: list[Run]
    """What follows after that."""


_PUBLISHED = re.compile(r"publish|pubdate|entry-date|posted|created", re.IGNORECASE)


def is_of_change(node: LexborNode) -> bool:
    """Tell whether the attributes of a <time> say that it is the one of a change alone."""
    own = " ".join(f"{name} {value}" for name, value in node.attributes.items())
    return bool(MODIFIED.search(own)) and not _PUBLISHED.search(own)


def runs_after(node: LexborNode) -> Iterator[Run]:
    """Give the texts that follow a node, in the order of the page."""
    seen = chars = count = 0
    current = _next_after(node)
    while current is not None and seen < MAX_NODES:
        seen += 1
        run, is_open = _look_at(current)
        if run is not None:
            yield run
            count += 1
            chars += len(run.text)
            if count == MAX_RUNS_AFTER or chars > MAX_CHARS_AFTER:
                return
        current = current.child if is_open and current.child is not None else _next_after(current)


def runs_before(node: LexborNode) -> list[Run]:
    """List the texts that stand shortly before a node."""
    runs: list[Run] = []
    level: LexborNode | None = node
    for _ in range(MAX_LEVELS_BEFORE):
        sibling = level.prev if level is not None else None
        while sibling is not None and len(runs) < MAX_RUNS_BEFORE:
            runs = [*_runs_in(sibling), *runs]
            sibling = sibling.prev
        level = level.parent if level is not None else None
        if level is None or level.tag == "body":
            break
    return runs[-MAX_RUNS_BEFORE:]


def _runs_in(node: LexborNode) -> Iterator[Run]:
    stack: list[LexborNode | None] = [node]
    for _ in range(MAX_NODES):
        if not stack:
            return
        current = stack.pop()
        if current is None:
            continue
        if current.mem_id != node.mem_id:
            stack.append(current.next)
        run, is_open = _look_at(current)
        if run is not None:
            yield run
        if is_open:
            stack.append(current.child)


def _look_at(node: LexborNode) -> tuple[Run | None, bool]:
    """Return a node's own text, if any, and whether it is to be entered."""
    if node.is_text_node:
        text = " ".join((node.text_content or "")[:MAX_RUN_CHARS].split())
        return (_run_of(text, node.parent) if text else None), False
    is_open = node.is_element_node and node.tag not in _SKIPPED_TAGS and is_visible(node)
    if is_open and node.tag == "time" and is_of_change(node):
        return None, False
    if is_open and node.tag == "time" and node.attributes.get("datetime"):
        return Run(node.attributes["datetime"] or ""), False
    return None, is_open


def _next_after(node: LexborNode) -> LexborNode | None:
    current: LexborNode | None = node
    while current is not None:
        if current.next is not None:
            return current.next
        current = current.parent
    return None


def _run_of(text: str, parent: LexborNode | None) -> Run:
    return Run(text, _link_of(parent), parent is not None and parent.tag in _LABEL_TAGS)


def _link_of(parent: LexborNode | None) -> str:
    if parent is None or parent.tag != "a":
        return ""
    is_author = "author" in (parent.attributes.get("rel") or "").lower()
    return "/author/" if is_author else parent.attributes.get("href") or ""


def near_headline(document: Document) -> Surroundings:
    """List the texts near a page's headline; none without one."""
    return document.once("near headline", lambda: _around(find_headline(document)))


def _around(headline: LexborNode | None) -> Surroundings:
    if headline is None:
        return Surroundings([], [], [])
    after = list(runs_after(headline))
    return Surroundings(after[:RUNS_SOON], runs_before(headline), after[RUNS_SOON:])
