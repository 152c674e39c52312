"""What is a page's title."""

from __future__ import annotations

from og_extract.read.context import Context
from og_extract.read.headings import MIN_HEADLINE_SHARE
from og_extract.read.rules import Verdict, refused
from og_extract.read.site_names import segments_of, without_site_name
from og_extract.read.text import clean_text, letters_of
from og_extract.read.wording import words_of

ELLIPSES = ("...", "\u2026")


def judge_title(raw: str, source: str, context: Context) -> Verdict:
    """Take a text freed of the site's name, and a heading only where it is the headline."""
    text = clean_text(raw)
    if not text:
        return refused("nothing is left when it is cleaned")
    if source.endswith(":recipe.name"):
        return Verdict(text)
    if source == "heading":
        fault = _fault_of_heading(text, context)
        return refused(fault) if fault else Verdict(text)
    if source == "title:heading":
        is_start = letters_of(text) == letters_of(segments_of(context.document.title)[0])
        return Verdict(text) if is_start else refused("<title> does not begin with it")
    title = without_site_name(text, context.site_names)
    return Verdict(title, "the site's name is taken off" if title != text else "")


def _fault_of_heading(text: str, context: Context) -> str | None:
    """Tell why a heading is not the page's headline."""
    letters = letters_of(text)
    if letters in context.site_letters:
        return "the site's own name"
    if text.endswith(ELLIPSES):
        return "cut short"
    segments = [letters_of(segment) for segment in segments_of(context.document.title)]
    if letters in segments and letters != max(segments, key=len) and letters != segments[0]:
        return "the name of a section, as <title> shows"
    if context.title_words.share_of(text) < MIN_HEADLINE_SHARE:
        return "neither the page's tags nor its address use its words"
    if len(words_of(text)) == 1 and letters not in (*segments, *context.tagged_titles):
        return "a single word, which no tag has for its title"
    return None
