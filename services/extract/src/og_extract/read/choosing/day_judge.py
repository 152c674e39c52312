"""What is a day of publication, or of a change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from og_extract.read import precedence
from og_extract.read.choosing.context import Context
from og_extract.read.choosing.rules import Verdict, refused
from og_extract.read.markup.text import clean_text
from og_extract.read.sources.subjects import Subject
from og_extract.read.values.dates import parse_day, tomorrow

_ANYWHERE: Final = frozenset({"time", "text:date", "text:later"})
_IN_TEXT: Final = _ANYWHERE | {"text:headline"}
FIRST_YEAR_IN_TEXT = 1995
"""Of days that stand among other text; those printed by a headline may be of an archive."""
_BELOW: Final = frozenset({"date:below-headline"})
_DECLARED: Final = (
    *("jsonld:datePublished", "article:published_time", "microdata:datePublished"),
    *("jsonld:WebPage.datePublished", "rdfa:datePublished"),
)
_CHANGED: Final = ("jsonld:dateModified", "article:modified_time", "microdata:dateModified")
_SHOWN: Final = _ANYWHERE | {
    *("date:below-headline", "date:above-headline", "text:headline", "text:labelled"),
    *("time:article", "url:date"),
}


def judge_day(raw: str, source: str, context: Context) -> Verdict:
    """Take a text that names a day, and of those that are only shown what is no other day's."""
    day = parse_day(clean_text(raw), context.locale)
    if day is None:
        return refused("names no day")
    for sources, is_fault, reason in _FAULTS:
        if source in sources and is_fault(day, source, context):
            return refused(reason)
    return Verdict(day)


def _is_to_come(day: date, _source: str, _context: Context) -> bool:
    return day > tomorrow()


def _is_old(day: date, _source: str, _context: Context) -> bool:
    return day.year < FIRST_YEAR_IN_TEXT


def _is_one_of_several(_day: date, source: str, context: Context) -> bool:
    return len(_days_of((source,), context)) > 1


def _is_of_event(day: date, _source: str, context: Context) -> bool:
    """Tell whether data have a day as that of an event, or the page is about nothing else."""
    starts = _days_of(precedence.START, context)
    return day in starts or (bool(starts) and context.subject is Subject.OTHER)


def _is_belied(day: date, _source: str, context: Context) -> bool:
    """Tell whether a printed day is not the one that the address has, nor any that is declared.

    So it is too where the data have it as the day of a change, and an earlier one of publication.
    """
    declared = _days_of(_DECLARED, context)
    if day in declared:
        return False
    addressed = _days_of(("url:date",), context)
    is_changed = day in _days_of(_CHANGED, context) and any(it < day for it in declared)
    is_elsewhere = addressed and day not in addressed and (not declared or addressed & declared)
    return bool(is_changed or is_elsewhere)


def _days_of(sources: Sequence[str], context: Context) -> set[date]:
    days = (parse_day(clean_text(raw), context.locale) for _, raw in context.offers(sources))
    return set(filter(None, days))


_FAULTS: Final[tuple[tuple[frozenset[str], Callable[[date, str, Context], bool], str], ...]] = (
    (_SHOWN, _is_to_come, "has not come yet"),
    (_IN_TEXT, _is_old, "from before there were web pages"),
    (_SHOWN, _is_of_event, "when an event begins"),
    (_BELOW, _is_belied, "the day of a change, as address or data tell"),
    (_ANYWHERE, _is_one_of_several, "one of several days, none of them by the headline"),
)
