"""How long texts are, and how long they take to read."""

from __future__ import annotations

import re
from typing import Final

from og_extract.read.findings import RawLength

WORDS_PER_MINUTE = 238
"""Silent reading of English (Brysbaert, How many words do we read per minute?, 2019)."""
CJK_CHARACTERS_PER_MINUTE = 500
"""Of scripts that put no space between words; what Hugo and Medium count by."""

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_WORD = re.compile(r"\w+")


def length_of(text: str) -> RawLength:
    """Count a text's words, and the characters of scripts that put no space between words."""
    characters = len(_CJK_CHARACTER.findall(text))
    rest = _CJK_CHARACTER.sub(" ", text) if characters else text
    return RawLength(len(_WORD.findall(rest) if characters else rest.split()), characters)


def minutes_of(length: RawLength) -> float:
    """Reckon how long a text takes to read."""
    return length.words / WORDS_PER_MINUTE + length.characters / CJK_CHARACTERS_PER_MINUTE


def rates_of(length: RawLength) -> str:
    """Name the rates that a text is reckoned by."""
    rates = [str(WORDS_PER_MINUTE)] if length.words or not length.characters else []
    return " and ".join([*rates, *([str(CJK_CHARACTERS_PER_MINUTE)] if length.characters else [])])
