"""What is a page's title."""

from __future__ import annotations

import re

from og_extract.read import precedence
from og_extract.read.context import Context
from og_extract.read.rules import Verdict, refused
from og_extract.read.site_names import without_site_name
from og_extract.read.text import clean_text, letters_of

MIN_HEADING_WORDS = 2


def judge_title(raw: str, source: str, context: Context) -> Verdict:
    """Take a text freed of the site's name, an h1 also before the tags where it is better."""
    text = clean_text(raw)
    if source == "jsonld:recipe.name":
        return Verdict(text)
    if source == "h1:better":
        is_better = text == _better_heading(_tagged(context), context.headings, context.page_title)
        return Verdict(text) if is_better else refused("no better than what the tags say")
    title = without_site_name(text, context.site_names)
    if not title:
        return refused("nothing is left when it is cleaned")
    return Verdict(title, "the site's name is taken off" if title != text else "")


def _tagged(context: Context) -> str:
    """Return the title that the page's tags give."""
    sources = [source for source in precedence.TITLE if not source.startswith("h1")]
    for source, raw in context.offers(sources):
        verdict = judge_title(raw, source, context)
        if verdict.value:
            return str(verdict.value)
    return ""


def _better_heading(title: str, headings: list[str], page_title: str) -> str | None:
    """Return the h1 where it is the better title.

    That is where the sole h1 speaks of the same as the tags, which are written for search
    engines, where it is a proper prefix of the title, which then has a tail of the site's, or
    where the title shares no word with an h1 that the <title> also holds.
    """
    words = _words(title)
    if len(headings) == 1:
        [sole] = headings
        start, own = letters_of(sole), _words(sole)
        is_prefix = start and letters_of(title).startswith(start) and len(sole) < len(title)
        shared = own & (words | _words(page_title))
        if is_prefix or 2 * len(shared) >= len(own) >= MIN_HEADING_WORDS:
            return sole
    for heading in headings:
        is_other = words.isdisjoint(_words(heading))
        if is_other and _words(heading) and letters_of(heading) in letters_of(page_title):
            return heading
    return None


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
