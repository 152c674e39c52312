"""Comparing a text with the words of a page, in any script."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

MIN_STEM_LETTERS = 4
MAX_ENDING_LETTERS = 3
"""A word may differ from the page's in its ending: "walking" beside "walked"."""
PAIR = 2

_WORD = re.compile(r"\w+")
# Scripts without spaces between words, and Korean, whose particles stick to them.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff]+"
)


class Vocabulary:
    """The words of some texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = sorted({word for text in texts for word in words_of(text)})

    def __bool__(self) -> bool:
        return bool(self._words)

    def share_of(self, text: str) -> float:
        """Tell how much of a text, by letters, are words of these: 0 to 1; 1 where it has none.

        By letters, so that the words that carry the meaning count more than "of" and "the".
        """
        words = list(words_of(text))
        letters = sum(map(len, words))
        known = sum(len(word) for word in words if self._knows(word))
        return known / letters if letters else 1.0

    def _knows(self, word: str) -> bool:
        stem = word[: max(MIN_STEM_LETTERS, len(word) - MAX_ENDING_LETTERS)]
        index = bisect_left(self._words, stem)
        following = self._words[index] if index < len(self._words) else ""
        if len(stem) < MIN_STEM_LETTERS or word.isdecimal():
            return word in self._words[index : index + 1]
        return following.startswith(stem)


def words_of(text: str) -> Iterator[str]:
    """List the words of a text in one form; pairs of characters where a script has no spaces."""
    for word in _WORD.findall(_folded(text)):
        position = 0
        for run in _UNSPACED.finditer(word):
            if run.start() > position:
                yield word[position : run.start()]
            characters = run[0]
            if len(characters) < PAIR:
                yield characters
            for index in range(len(characters) - 1):
                yield characters[index : index + PAIR]
            position = run.end()
        if position < len(word):
            yield word[position:]


def _folded(text: str) -> str:
    """Level case, compatibility forms and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", plain)


def scripts_of(text: str) -> Counter[str]:
    """Count the letters of a text by script; the scripts of Japanese and Chinese are one."""
    return Counter(_script_of(char) for char in text if char.isalpha())


@cache
def _script_of(char: str) -> str:
    name = unicodedata.name(char, "").partition(" ")[0]
    return "CJK" if name in {"HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "HALFWIDTH"} else name
