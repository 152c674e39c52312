"""How a field's value is chosen: candidates in order of precedence, each judged in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from og_extract.read.choosing.context import Context
from og_extract.read.markup.text import clean_text
from og_extract.read.sources.subjects import Subject
from og_extract.read.values.prices import Price, Rating

MAX_CANDIDATES = 32
"""Of a field, in an explanation."""
MAX_CANDIDATE_CHARS = 500

Value = str | date | time | timedelta | Price | Rating
Raw = TypeVar("Raw")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge makes of a candidate: a value, or None and why it is none for this field.

    A value may come with a reason too, where it differs from what the page says.
    """

    value: Value | None
    reason: str = ""


def refused(reason: str) -> Verdict:
    """Say why a candidate is no value for its field."""
    return Verdict(None, reason)


Judge = Callable[[Raw, str, Context], Verdict]
"""Of a raw value, its source and the page around it."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Raw]):
    """Where a field is looked for, best source first, and what is fit for it."""

    name: str
    sources: tuple[str, ...]
    judge: Judge[Raw]
    not_on: frozenset[Subject] = frozenset()
    """What has no such field: values on such a page are of something else."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that is fit for its field, and where it was found."""

    source: str
    value: Value


class Outcome(StrEnum):
    """What became of a value that a page offers."""

    CHOSEN = "chosen"
    LOST = "lost"
    """It would do, but another one comes first."""
    REFUSED = "refused"
    """It is no value for its field."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value that a page offers for a field, as people read it."""

    source: str
    value: str
    outcome: Outcome
    reason: str = ""
    """Why it was refused or changed; may be empty."""


def choices(rule: Rule[Any], context: Context) -> Iterator[Choice]:
    """Judge candidate after candidate, as far as the caller goes on, and give those that fit."""
    if rule.not_on and context.subject in rule.not_on:
        return
    for source, _, verdict in _judged(rule, context):
        if verdict.value is not None:
            yield Choice(source, verdict.value)


def candidates(rule: Rule[Any], context: Context) -> list[Candidate]:
    """List what became of every candidate, at most MAX_CANDIDATES: the first that fits is chosen.

    That one is listed however many stand before it, and what a source repeats is listed once.
    """
    listed: list[Candidate] = []
    seen: set[tuple[str, str]] = set()
    is_open = True
    for source, raw, verdict in _judged(rule, context):
        is_chosen = is_open and verdict.value is not None
        is_open = is_open and not is_chosen
        candidate = _candidate(source, raw, verdict, is_chosen=is_chosen)
        if (source, candidate.value) in seen:
            continue
        seen.add((source, candidate.value))
        if len(listed) == MAX_CANDIDATES and is_chosen:
            listed.pop()
        if len(listed) < MAX_CANDIDATES:
            listed.append(candidate)
    return listed


def _candidate(source: str, raw: object, verdict: Verdict, *, is_chosen: bool) -> Candidate:
    shown = clean_text(str(raw)) if verdict.value is None else str(verdict.value)
    outcome = Outcome.REFUSED if verdict.value is None else Outcome.LOST
    outcome = Outcome.CHOSEN if is_chosen else outcome
    return Candidate(source, shown[:MAX_CANDIDATE_CHARS], outcome, verdict.reason)


def _judged(rule: Rule[Any], context: Context) -> Iterator[tuple[str, Any, Verdict]]:
    is_without = rule.not_on and context.subject in rule.not_on
    is_none = refused(f"a {context.subject} has none") if is_without else None
    for source in rule.sources:
        for raw in context.findings.of(source):
            yield source, raw, is_none or rule.judge(raw, source, context)
