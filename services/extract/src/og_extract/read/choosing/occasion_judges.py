"""What is fit for the fields of events, jobs, episodes, sales, code and documentation."""

from __future__ import annotations

import re
from typing import Final

from og_extract.read.choosing.context import Context
from og_extract.read.choosing.rules import Verdict, refused
from og_extract.read.findings import RawPrice
from og_extract.read.markup.text import clean_text, letters_of
from og_extract.read.markup.words import HOME
from og_extract.read.sources.subjects import Subject
from og_extract.read.values.amounts import parse_amount
from og_extract.read.values.dates import parse_day
from og_extract.read.values.durations import parse_duration, parse_time
from og_extract.read.values.prices import Price, parse_price
from og_extract.read.values.terms import ONLINE, REMOTE, employment_text, in_language

MAX_PRICE_RATIO = 10
"""A former price over so many times the present one is of something else."""
MAX_CRUMBS = 3
MAX_VERSION_CHARS = 24
MAX_EPISODE_DIGITS = 5
MAX_CODE_CHARS = 4_000
_VIRTUAL: Final = "VirtualLocation"
_VERSION = re.compile(r"v?\d[\w.+-]*", re.IGNORECASE)
_COUNT = re.compile(r"[\d.,\s]*\d\s?[kKmM]?")


def judge_start_day(raw: str, _source: str, context: Context) -> Verdict:
    """Take a text that names a day, whatever the page is about."""
    day = parse_day(clean_text(raw), context.locale)
    return Verdict(day) if day else refused("names no day")


def judge_start_time(raw: str, _source: str, _context: Context) -> Verdict:
    """Take the time of day of a date; midnight is what pages write that know none."""
    clock = parse_time(raw)
    if clock is None:
        return refused("names no time of day")
    return Verdict(clock) if (clock.hour, clock.minute) != (0, 0) else refused("midnight")


def judge_duration(raw: str, source: str, context: Context) -> Verdict:
    """Take a time over zero; what an article requires is the reader's."""
    if source.endswith(":timeRequired") and context.subject is Subject.ARTICLE:
        return refused("how long it takes to read")
    duration = parse_duration(raw)
    return Verdict(duration) if duration else refused("no time over zero")


def judge_place(raw: str, _source: str, context: Context) -> Verdict:
    """Take a place; what is nowhere is online, and a job that may be is remote."""
    text = clean_text(raw)
    is_remote = any(it.upper() == "TELECOMMUTE" for it in _all(context, "jobLocationType"))
    remote = in_language(REMOTE, context.language) if is_remote else ""
    if text.upper() == "TELECOMMUTE":
        return Verdict(remote)
    places = [
        in_language(ONLINE, context.language) if place == _VIRTUAL else place
        for place in text.split(" · ")
        if place
    ]
    return Verdict(" · ".join(filter(None, [*places, remote]))) if places else refused("no place")


def judge_employment(raw: str, _source: str, context: Context) -> Verdict:
    """Take kinds of employment, each as people say it."""
    kinds = [employment_text(it.strip(), context.language) for it in clean_text(raw).split(",")]
    text = " · ".join(dict.fromkeys(filter(None, kinds)))
    return Verdict(text) if text else refused("no kind of employment that has a name")


def judge_salary(raw: RawPrice, _source: str, context: Context) -> Verdict:
    """Take an amount or a range over zero."""
    price = parse_price(raw, context.territory)
    return Verdict(price) if price else refused("no amount over zero")


def judge_original_price(raw: RawPrice, _source: str, context: Context) -> Verdict:
    """Take an amount that is over the present price, of the same currency."""
    before, now = parse_price(raw, context.territory), context.price
    if before is None or now is None:
        return refused("no amount over zero, or no price to compare it with")
    if before.currency and now.currency and before.currency != now.currency:
        return refused("of another currency than the price")
    amounts = (parse_amount(before.amount), parse_amount(now.amount))
    if amounts[0] is None or amounts[1] is None:
        return refused("no amount")
    if not amounts[1] < amounts[0] <= amounts[1] * MAX_PRICE_RATIO:
        return refused("not over the price, or too far over it")
    return Verdict(Price(before.amount, now.currency))


def judge_episode(raw: str, _source: str, _context: Context) -> Verdict:
    """Take which episode it is; a mere number is one in every language."""
    text = clean_text(raw)
    is_number = text.isdigit() and len(text) <= MAX_EPISODE_DIGITS
    return Verdict(f"#{text}" if is_number else text) if text else refused("names no episode")


def judge_version(raw: str, _source: str, _context: Context) -> Verdict:
    """Take what begins like a version, such as "3.10" of "3.10.1,latest"."""
    found = _VERSION.match(clean_text(raw))
    if found is None or len(found[0]) > MAX_VERSION_CHARS:
        return refused("names no version")
    return Verdict(found[0])


def judge_count(raw: str, _source: str, _context: Context) -> Verdict:
    """Take a whole number, as "12,345" or "12.3k"."""
    text = clean_text(raw)
    return Verdict(text) if _COUNT.fullmatch(text) else refused("no number")


def judge_breadcrumb(raw: str, _source: str, context: Context) -> Verdict:
    """Take the last parts of the way to a page, without the site's front page."""
    parts = [part.strip() for part in clean_text(raw).split(" / ")]
    known = {*context.site_letters, *HOME}
    parts = [part for part in parts if part and letters_of(part) not in known]
    return Verdict(" / ".join(parts[-MAX_CRUMBS:])) if parts else refused("only the front page")


def judge_lines(raw: str, _source: str, _context: Context) -> Verdict:
    """Take text whose lines mean something."""
    text = raw.replace("\r\n", "\n").strip("\n")[:MAX_CODE_CHARS]
    return Verdict(text) if text.strip() else refused("empty")


def _all(context: Context, name: str) -> list[str]:
    sources = (f"{syntax}:{name}" for syntax in ("jsonld", "microdata", "rdfa"))
    return [value for source in sources for value in context.findings.of(source)]
