"""What is a page's title."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from og_extract.read.choosing.context import Context
from og_extract.read.choosing.rules import Verdict, refused
from og_extract.read.markup.text import clean_text, is_placeholder, letters_of
from og_extract.read.markup.wording import words_of
from og_extract.read.sources.headings import MIN_HEADLINE_SHARE
from og_extract.read.sources.site_names import segments_of, without_site_name
from og_extract.read.sources.subjects import Subject

MIN_WORDS_OF_LIKENESS = 2
ANY_TITLE = "title:any"
"""The last resort."""
_FOR_OTHERS: Final = frozenset({"og:title", "twitter:title", "title"})
"""What is written for search engines and networks."""
ELLIPSES = ("...", "\u2026")


def judge_title(raw: str, source: str, context: Context) -> Verdict:
    """Take a text freed of the site's name, and a heading only where it is the headline."""
    text = clean_text(raw)
    if not text:
        return refused("nothing is left when it is cleaned")
    if is_placeholder(text):
        return refused("left by a template")
    if source.endswith(":recipe.name"):
        return Verdict(text)
    if source in _HEADING_FAULTS:
        fault = _HEADING_FAULTS[source](text, context)
        return refused(fault) if fault else Verdict(text)
    title = without_site_name(text, context.site_names, context.host)
    if title == text and len(segments_of(text)) > 1:
        title = without_site_name(text, context.site_hints, context.host)
    fault = _fault_of_tag(title, source, context)
    if fault:
        return refused(fault)
    return Verdict(title, "the site's name is taken off" if title != text else "")


def _fault_of_tag(title: str, source: str, context: Context) -> str | None:
    """Tell why what a tag calls the page is not its title."""
    if source in _FOR_OTHERS and context.is_product_named:
        return "the product's data have its name"
    is_front = context.subject is Subject.FRONT_PAGE
    is_site = source != ANY_TITLE and not is_front and _is_site(title, context)
    return "the site's own name" if is_site else None


def _is_site(title: str, context: Context) -> bool:
    return letters_of(title) in context.site_letters


def _is_hinted(letters: str, context: Context) -> bool:
    """Tell whether a heading is what leads to the front page, and not what tags call the page."""
    is_titled = letters in context.tagged_titles or letters == letters_of(context.document.title)
    return not is_titled and letters in map(letters_of, context.site_hints)


def _fault_of_likeness(text: str, context: Context) -> str | None:
    """Tell why what looks like a heading is not the page's headline."""
    letters = letters_of(text)
    if letters in context.site_letters or len(words_of(text)) < MIN_WORDS_OF_LIKENESS:
        return "the site's own name, or a single word"
    named = {letters_of(part) for title in context.titles for part in segments_of(title)}
    return None if letters in named | context.tagged_titles else "no tag has it for its title"


def _fault_of_heading(text: str, context: Context) -> str | None:
    """Tell why a heading is not the page's headline."""
    letters = letters_of(text)
    if letters in context.site_letters or _is_hinted(letters, context):
        return "the site's own name"
    if text.endswith(ELLIPSES):
        return "cut short"
    if context.subject is not Subject.FRONT_PAGE:  # its headings, and data, are of other pages
        if letters in context.tagged_titles:
            return None
        if context.has_tagged_heading:
            return "another heading is what tags call the page"
    return _fault_of_untagged(text, context)


def _fault_of_untagged(text: str, context: Context) -> str | None:
    """Tell why a heading that no tag repeats is not the page's headline."""
    letters, parts = letters_of(text), segments_of(text)
    segments = [letters_of(segment) for segment in segments_of(context.document.title)]
    if len(parts) > 1 and letters_of(parts[0]) in context.site_letters:
        return "begins with the site's own name"
    if letters in segments and letters != max(segments, key=len) and letters != segments[0]:
        return "the name of a section, as <title> shows"
    if context.title_words.share_of(text) < MIN_HEADLINE_SHARE:
        return "neither the page's tags nor its address use its words"
    if len(words_of(text)) == 1 and letters not in (*segments, *context.tagged_titles):
        return "a single word, which no tag has for its title"
    return None


_HEADING_FAULTS: Final[dict[str, Callable[[str, Context], str | None]]] = {
    "heading": _fault_of_heading,
    "heading:like": _fault_of_likeness,
}
