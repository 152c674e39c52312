"""Which of a model's words may stand on a card: those that the page bears out."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from og_extract.ai.limits import (
    MAX_DESCRIPTION_CHARS,
    MAX_TITLE_CHARS,
    MIN_DESCRIPTION_CHARS,
    MIN_TITLE_CHARS,
)
from og_extract.ai.numbers import has_all_numbers
from og_extract.ai.words import Vocabulary, scripts_of
from og_extract.read.reduction.asides import speaks_to_a_model
from og_extract.read.reduction.digest import Digest

# Measured on 116 real pages. Their own descriptions, hidden and tried: in 85 the words suffice,
# and in 3 of 498 of other pages in the same language. Titles, tried against the page's others only:
# 86 of 105, and none of 527 of other pages.
MIN_TITLE_SHARE: Final = 0.66
"""Of a title's letters, in words that the page's title, h1 or description holds."""
MIN_TITLE_SHOWN_SHARE: Final = 0.8
"""Of a title's letters, in words that stand anywhere in what the model was shown."""
MIN_DESCRIPTION_SHARE: Final = 0.6
"""Of a description's letters, in words that stand anywhere in what the model was shown."""
MIN_ANCHORED_SHARE: Final = 0.15
"""Of a description's letters, in words of the page's title, h1, description or headings: what
is only said somewhere in the text is not what the page is about."""
MIN_SCRIPT_SHARE: Final = 0.05
"""Of the page's letters: a script that the page hardly uses is not its own."""

_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{0,20}://\S+|\S+@\S+|(?<![\w.])(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w.])"
    r"|[a-z\d]\u3002[a-z]{2,24}\b",
    re.IGNORECASE,
)
"""URLs, addresses of mail, and whatever looks like the name of a host."""
_WORD = re.compile(r"\w+")
_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK"})
"""Scripts whose letters pass for each other's."""
_MARKUP: Final = frozenset("*_#[]{}\\")
"""What models put around words; on a card it is drawn as it is."""
_PLAIN_SYMBOLS: Final = frozenset("°+")
"""Which say in short what pages say in words."""


class Grounding:
    """Checks texts against one page."""

    def __init__(self, digest: Digest) -> None:
        names = [text for _, text in digest.names]
        self._folded_names = _folded(" ".join(names))
        self._page = "\n".join([*names, *digest.headings, digest.text])
        self._title_words = Vocabulary(names)
        self._anchors = Vocabulary([*names, *digest.headings])
        self._words = Vocabulary([self._page])
        self._scripts = scripts_of(self._page)
        self._characters = set(self._page)

    def fault_of_title(self, text: str) -> str:
        """Say why a text may not be the title; nothing where it may."""
        if not MIN_TITLE_CHARS <= len(text) <= MAX_TITLE_CHARS:
            return "length"
        if self._title_words.share_of(text) < MIN_TITLE_SHARE:
            return "anchors"
        if self._words.share_of(text) < MIN_TITLE_SHOWN_SHARE:
            return "words"
        return self._fault(text)

    def fault_of_description(self, text: str) -> str:
        """Say why a text may not be the description; nothing where it may."""
        if not MIN_DESCRIPTION_CHARS <= len(text) <= MAX_DESCRIPTION_CHARS:
            return "length"
        if self._anchors.share_of(text) < MIN_ANCHORED_SHARE:
            return "anchors"
        if self._words.share_of(text) < MIN_DESCRIPTION_SHARE:
            return "words"
        return self._fault(text)

    def _fault(self, text: str) -> str:
        symbols = {char for char in text if unicodedata.category(char)[0] in "CS"}
        if not symbols | (_MARKUP & set(text)) <= self._characters | _PLAIN_SYMBOLS:
            return "symbol"
        if not all(link[0] in self._folded_names for link in _LINK.finditer(_folded(text))):
            return "link"
        if not has_all_numbers(text, self._page):
            return "number"
        if not self._is_in_page_script(text):
            return "script"
        if speaks_to_a_model(text) and _folded(text) not in self._folded_names:
            return "instructions"
        return ""

    def _is_in_page_script(self, text: str) -> bool:
        [(script, _)] = scripts_of(text).most_common(1) or [("", 0)]
        if any(_is_of_two_scripts(word) and word not in self._page for word in _WORD.findall(text)):
            return False
        return not script or self._scripts[script] >= self._scripts.total() * MIN_SCRIPT_SHARE


def _folded(text: str) -> str:
    """Level case and compatibility forms, such as dots and letters of other shapes."""
    return unicodedata.normalize("NFKC", text).casefold()


def _is_of_two_scripts(word: str) -> bool:
    return len(_ALIKE & scripts_of(word).keys()) > 1
