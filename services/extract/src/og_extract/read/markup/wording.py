"""Whether two texts speak of the same, in any script."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_WORDS = 512
_WORD = re.compile(r"\w+")
# Scripts that put no space between words: pairs of characters stand for these.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


class Wording:
    """The words of some texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.words: set[str] = set()
        self.add(texts)

    def add(self, texts: Iterable[str]) -> None:
        """Take in more texts."""
        self.words.update(word for text in texts for word in words_of(text))

    def share_of(self, text: str) -> float:
        """Return how much of a text is in these words, from 0 to 1; a letter counts as one."""
        words = words_of(text)
        letters = sum(map(len, words))
        return sum(len(word) for word in words if word in self.words) / letters if letters else 0.0


def words_of(text: str) -> list[str]:
    """Split a text into its words, in one case."""
    words: list[str] = []
    for word in _WORD.findall(text.casefold())[:MAX_WORDS]:
        if len(word) > 1 and _UNSPACED.search(word):
            words += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            words.append(word)
    return words
