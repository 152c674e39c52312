"""What is the name of a page's site."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from og_extract.read.choosing.context import Context
from og_extract.read.choosing.rules import Verdict, refused
from og_extract.read.markup.text import clean_text, is_placeholder, letters_of
from og_extract.read.sources.site_names import host_label, segment_like_host
from og_urls import registrable_host

_IN_WORDS = re.compile(r" |[a-z][A-Z]")
MIN_SPELLED_LETTERS = 3
MAX_SPELLINGS = 64
"""Of the host's label, as many are counted."""


def judge_site_name(raw: str, source: str, context: Context) -> Verdict:
    """Take a name; where all of <title> is given for it, the part that is like the host's name."""
    name = clean_text(raw)
    if not name or is_placeholder(name):
        return refused("left by a template, or nothing")
    if name.startswith("@"):
        return refused("a handle")
    if source == "og:site_name" and _is_spelled_by_application(name, context):
        return refused("the host, which the application's name spells")
    if source == "host":
        return Verdict(
            spelling_of(host_label(registrable_host(context.host)), context.document.html) or name
        )
    part = segment_like_host(name, context.host) if name == context.document.title else None
    return Verdict(part, "the part that is like the host's name") if part else Verdict(name)


def spelling_of(label: str, html: str) -> str | None:
    """Return how a page mostly writes its host's label, if with capitals: "Meadow Post"."""
    if len(label) < MIN_SPELLED_LETTERS or not (label.isascii() and label.isalpha()):
        return None
    first, rest = label[0].upper(), (f" ?[{char}{char.upper()}]" for char in label[1:])
    # A fixed start is found fast.
    pattern = re.compile(rf"{first}(?<![\w./@#-]{first}){''.join(rest)}(?![\w/@-]|\.\w)")
    found = (match[0] for match in islice(pattern.finditer(html), MAX_SPELLINGS))
    names = Counter(name for name in found if all(word[0].isupper() for word in name.split()))
    # "MEADOWPOST" and "Meadowpost" may be ids.
    return max(names, key=lambda name: (bool(_IN_WORDS.search(name)), names[name]), default=None)


def _is_spelled_by_application(name: str, context: Context) -> bool:
    label = letters_of(host_label(context.host))
    spelled = map(letters_of, context.findings.of("meta:application-name"))
    return name == context.host.removeprefix("www.") and label in spelled
