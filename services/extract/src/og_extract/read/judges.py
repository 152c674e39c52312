"""What is fit for a field, where that takes a line or two; titles and authors have own modules."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from og_extract.read.availability import parse_availability
from og_extract.read.context import Context
from og_extract.read.dates import parse_day, tomorrow
from og_extract.read.findings import RawPrice, RawRating
from og_extract.read.languages import language_tag
from og_extract.read.prices import parse_price, parse_rating
from og_extract.read.rules import Verdict, refused
from og_extract.read.subjects import Subject
from og_extract.read.text import clean_text, is_placeholder
from og_urls import are_same_or_twins

_ANYWHERE: Final = frozenset({"time", "text:date"})
_SHOWN: Final = _ANYWHERE | {
    *("date:below-headline", "date:above-headline", "text:headline", "text:labelled"),
    *("time:article", "url:date"),
}
_NO_PRODUCT: Final = "the page is not about a product"


def judge_text(raw: str, _source: str, _context: Context) -> Verdict:
    """Take any text."""
    text = clean_text(raw)
    if is_placeholder(text):
        return refused("left by a template")
    return Verdict(text) if text else refused("nothing is left when it is cleaned")


def judge_brand(raw: str, source: str, context: Context) -> Verdict:
    """Take a text; one that is only shown, of products alone."""
    if source.startswith(("html:", "script:")) and context.subject is not Subject.PRODUCT:
        return refused(_NO_PRODUCT)
    return judge_text(raw, source, context)


def judge_day(raw: str, source: str, context: Context) -> Verdict:
    """Take a text that names a day.

    A day that is only shown must have passed; one that stands anywhere, be the only one there.
    """
    day = parse_day(clean_text(raw), context.locale)
    if day is None:
        return refused("names no day")
    if source in _SHOWN and day > tomorrow():
        return refused("has not come yet")
    if source in _ANYWHERE:
        days = {parse_day(clean_text(it), context.locale) for it in context.findings.of(source)}
        if len(days - {None}) > 1:
            return refused("one of several days, none of them by the headline")
    return Verdict(day)


def judge_price(raw: RawPrice, source: str, context: Context) -> Verdict:
    """Take an amount over zero; one that is only shown, of products alone."""
    if source.startswith(("html:", "script:")) and context.subject is not Subject.PRODUCT:
        return refused(_NO_PRODUCT)
    price = parse_price(raw, context.territory, context.currencies)
    return Verdict(price) if price else refused("no amount over zero")


def judge_availability(raw: str, source: str, context: Context) -> Verdict:
    """Take one of schema.org's values, with or without its address, or what Open Graph has."""
    if source.startswith("html:") and context.subject is not Subject.PRODUCT:
        return refused(_NO_PRODUCT)
    name = parse_availability(clean_text(raw))
    return Verdict(name) if name else refused("no availability of schema.org's")


def judge_rating(raw: RawRating, _source: str, _context: Context) -> Verdict:
    """Take a value over zero and within its scale."""
    rating = parse_rating(raw)
    return Verdict(rating) if rating else refused("no value over zero and within its scale")


def judge_language(raw: str, _source: str, _context: Context) -> Verdict:
    """Take what begins with a language tag."""
    tag = language_tag(raw)
    return Verdict(tag) if tag else refused("no language tag")


def judge_picture(raw: str, _source: str, context: Context) -> Verdict:
    """Take a reference that makes an http or https URL."""
    url = context.document.resolve(raw)
    return Verdict(url) if url else refused("no http or https URL")


def judge_own_url(raw: str, _source: str, context: Context) -> Verdict:
    """Take a page's own word for its URL where that is of the page's host."""
    url = context.document.resolve(raw)
    if url is None:
        return refused("no http or https URL")
    if not are_same_or_twins(urlsplit(url).hostname or "", context.host):
        return refused("of another host")
    return Verdict(url.partition("#")[0])
