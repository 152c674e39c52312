"""What is fit for a field, where that takes a line or two; titles and authors have own modules."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from og_extract.read.choosing.context import Context
from og_extract.read.choosing.rules import Verdict, refused
from og_extract.read.findings import RawPrice, RawRating
from og_extract.read.markup.languages import language_tag
from og_extract.read.markup.text import clean_text, is_placeholder, letters_of
from og_extract.read.markup.wording import words_of
from og_extract.read.sources.subjects import Subject
from og_extract.read.values.availability import parse_availability
from og_extract.read.values.prices import parse_price, parse_rating
from og_urls import are_same_or_twins

_LABEL = re.compile(r"^\w{1,20}\s?: ")
_COUNTED = re.compile(r"[?&]utm_\w+=")
_NO_PRODUCT: Final = "the page is not about a product"


def judge_text(raw: str, _source: str, _context: Context) -> Verdict:
    """Take any text."""
    text = clean_text(raw)
    if is_placeholder(text):
        return refused("left by a template")
    return Verdict(text) if text else refused("nothing is left when it is cleaned")


def judge_description(raw: str, source: str, context: Context) -> Verdict:
    """Take any text; of Open Graph no single word or site's name where <meta> says more."""
    verdict = judge_text(raw, source, context)
    if source == "og:description" and isinstance(verdict.value, str):
        words = words_of(verdict.value)
        is_bare = len(words) == 1 or letters_of(verdict.value) in context.site_letters
        plain = clean_text(context.findings.first("meta:description") or "")
        if is_bare and len(words_of(plain)) > len(words):
            return refused("a single word or the site's name, where <meta> says more")
    return verdict


def judge_brand(raw: str, source: str, context: Context) -> Verdict:
    """Take a text without its label; one that is only shown, of products alone."""
    if source.startswith(("html:", "script:")) and context.subject is not Subject.PRODUCT:
        return refused(_NO_PRODUCT)
    return judge_text(_LABEL.sub("", clean_text(raw)), source, context)


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


def judge_own_url(raw: str, source: str, context: Context) -> Verdict:
    """Take a page's own word for its URL where that is of the page's host."""
    url = context.document.resolve(raw)
    if url is None:
        return refused("no http or https URL")
    if not are_same_or_twins(urlsplit(url).hostname or "", context.host):
        return refused("of another host")
    if source == "og:url" and _COUNTED.search(url):
        return refused("made for counting clicks")
    return Verdict(url.partition("#")[0])
