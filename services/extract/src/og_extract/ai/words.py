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
_UNSPACED_RUNS = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff]+)"
)
_PREFIXES = re.compile(
    r"\u0648?(?:[\u0628\u0641\u0643]?\u0627\u0644|\u0644\u0644)(?=\w{3})|\u0648(?=[\u0620-\u064a]{3})"
    r"|[\u05d1\u05d4\u05d5\u05db\u05dc\u05de\u05e9]{1,2}(?=[\u05d0-\u05ea]{3})"
)
"""Articles and prepositions that Arabic (as the stemmer light10 has them) and Hebrew write together
with the word."""


class Vocabulary:
    """The words of some texts; where a script has no spaces, their pairs of characters."""

    def __init__(self, texts: Iterable[str]) -> None:
        words: set[str] = set()
        for text in texts:
            for word, is_spaced in _words_of(text):
                words.update([word] if is_spaced else _pairs(word))
        self._words = sorted(words)

    def share_of(self, text: str) -> float:
        """Tell how much of a text, by letters, is in words of these: 0 to 1; 1 where it has none.

        By letters, so that the words that carry the meaning count more than "of" and "the".
        """
        letters = known = 0
        for word, is_spaced in _words_of(text):
            letters += len(word)
            known += len(word) * self._knows(word) if is_spaced else self._known_letters(word)
        return known / letters if letters else 1.0

    def _knows(self, word: str) -> bool:
        if word.isdecimal() or len(word) <= MIN_STEM_LETTERS:
            return self._nearest(word) == word
        stem = word[: max(MIN_STEM_LETTERS, len(word) - MAX_ENDING_LETTERS)]
        return self._nearest(stem).startswith(stem)

    def _known_letters(self, word: str) -> int:
        """Count the characters that stand in a pair of these."""
        pairs = _pairs(word)
        known = [index for index, pair in enumerate(pairs) if self._nearest(pair) == pair]
        return min(len({*known, *(index + 1 for index in known)}), len(word))

    def _nearest(self, word: str) -> str:
        """Give the first of these words that is no less than a word."""
        index = bisect_left(self._words, word)
        return self._words[index] if index < len(self._words) else ""


def _pairs(word: str) -> list[str]:
    return [word[index : index + PAIR] for index in range(max(len(word) - 1, 1))]


def _words_of(text: str) -> Iterator[tuple[str, bool]]:
    """List the words of a text in one form, and whether spaces separate them."""
    for run in _WORD.findall(_folded(text)):
        for part in _UNSPACED_RUNS.split(run):
            prefix = _PREFIXES.match(part)
            if word := part[prefix.end() :] if prefix else part:
                yield word, _UNSPACED_RUNS.fullmatch(word) is None


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
