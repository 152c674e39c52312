"""Cleaning of text that pages give."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

MAX_TEXT_CHARS = 4_000
MAX_RAW_CHARS = 16_000
"""Longer raw text is cut before it is cleaned."""

# Elements that texts are marked up with. Other angle brackets are the text's own, as those of
# "std::vector<int>".
_ELEMENTS = (
    "a|abbr|article|b|bdi|bdo|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|figure"
    "|font|footer|h[1-6]|header|hr|html|i|iframe|img|ins|kbd|li|main|mark|nav|nobr|ol|p|pre|q|s"
    "|script|section|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|thead|time|tr"
    "|tt|u|ul|var|wbr"
)
# A comment ends before the next one begins: what never ends is looked through once, not each time.
_TAG = re.compile(
    rf"</?(?:{_ELEMENTS})(?:[\s/][^<>]{{0,500}})?>|<!--(?:(?!<!--).){{0,500}}?-->",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_PLACEHOLDER = re.compile(
    r"\$\{?[a-z_.]{1,40}\}?|\{\{?.{0,80}?\}?\}|%[a-z_]{2,40}%|\[\w{1,30}[ .:]\w{1,30}\]"
    r"|undefined|null|nan|n/a|none",
    re.IGNORECASE,
)
_INVISIBLE: Final = dict.fromkeys(
    [0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFFD, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


def clean_text(raw: str) -> str:
    """Return plain text: no markup, controls or invisible marks, white space folded.

    Joiners stay, since scripts and emoji need them; overrides of direction go.
    """
    text = raw[:MAX_RAW_CHARS]
    if _ENTITY.search(text):  # encoded twice
        text = html.unescape(text)
    text = _TAG.sub(" ", text).translate(_INVISIBLE)
    text = _CONTROL.sub(" ", text)
    text = _SPACE.sub(" ", text).strip()
    return unicodedata.normalize("NFC", text)[:MAX_TEXT_CHARS]


def is_placeholder(text: str) -> bool:
    """Tell what a template or a program left where a value was to stand."""
    return _PLACEHOLDER.fullmatch(text) is not None


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in one case, to compare names by."""
    return "".join(filter(str.isalnum, text.casefold()))
