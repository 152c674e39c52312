# ruff: noqa: RUF001 - punctuation of several scripts
"""A text cut into clusters, each with the kind of face it is drawn with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import accumulate, groupby, pairwise

import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.text import phrases, scripts
from og_render.text.coverage import BREAK_SPACE, Held, held, plain_characters
from og_render.text.fonts import LATIN, FontBook
from og_render.text.words import words

_CLUSTER = regex.compile(r"\X")
_IDEOGRAPH = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\u3000-\u303f\uff00-\uffef]"
)
ELLIPSIS = "…"
# Shared by East and West; beside an ideograph they take an ideograph's full width.
_SHARED_PUNCTUATION = frozenset("“”‘’…—·")
_BETWEEN_WORDS = frozenset((" ", BREAK_SPACE))
_OMISSION = Held(ELLIPSIS, LATIN)


class Kind(Enum):
    """Which faces are asked first."""

    TEXT = "text"
    HAN = "han"
    EMOJI = "emoji"


Run = tuple[str, Kind]


@dataclass(frozen=True)
class Passage:
    """A piece of prose to be shaped: neighbours of one kind together."""

    runs: tuple[Run, ...]
    faces: tuple[str, ...]
    whole: str
    """The text it is a piece of, whose letters decide how all pieces are set."""

    def __str__(self) -> str:
        return "".join(text for text, _ in self.runs)


@dataclass(frozen=True)
class Prose:
    """A text ready to be set: clusters, and the faces that hold all of its characters.

    A cluster is what a reader takes for one character.
    """

    text: str
    clusters: Sequence[str]
    kinds: Sequence[Kind]
    faces: tuple[str, ...]
    han_face: str
    missing: str = ""
    """Characters that no face holds, as often as the text has them."""

    def __str__(self) -> str:
        return self.text

    def whole(self) -> Passage:
        """Give all of it."""
        return self._passage(self._runs(0, len(self.clusters)))

    def space(self) -> Passage:
        """Give a space as it stands between words of the text."""
        return self._passage([(" ", Kind.TEXT)])

    def cut(self, count: int, ending: Run) -> Passage:
        """Give the first count clusters and an ending."""
        runs = self._runs(0, count)
        if runs and runs[-1][1] is ending[1]:
            ending = (runs.pop()[0] + ending[0], ending[1])
        return self._passage([*runs, ending])

    def phrases(self) -> list[Passage]:
        """Cut where a line may end in Chinese, Japanese or Korean."""
        starts = [0, *self.phrase_ends]
        return [self._passage(self._runs(start, end)) for start, end in pairwise(starts)]

    def in_lines(
        self, breaks: Collection[int], count: int | None = None, ending: Run | None = None
    ) -> Passage:
        """Give the first count clusters, with a line's end before every phrase in breaks."""
        last = len(self.clusters) if count is None else count
        starts = [0, *(end for end in self.phrase_ends if end < last), last]
        runs: list[Run] = []
        for index, (start, end) in enumerate(pairwise(starts)):
            if index in breaks:
                runs.append(("\n", Kind.TEXT))
            runs += self._runs(start, end)
        return self._passage([*runs, ending] if ending else runs)

    @cached_property
    def phrase_ends(self) -> list[int]:
        """How many clusters there are up to the end of each phrase."""
        return self._counts(phrases.phrases(self.text, self.han_face))

    def word_ends(self) -> list[int]:
        """Give how many clusters there are up to the end of each word, spaces after it aside."""
        spaces = [at for at, cluster in enumerate(self.clusters) if cluster in _BETWEEN_WORDS]
        traits = scripts.traits(self.text)
        if traits.is_ideographic and self.han_face != "kr":
            return sorted({*spaces, *self.phrase_ends[:-1]})
        if traits.is_unspaced:
            return sorted({*spaces, *self._counts(words(self.text))[:-1]})
        return spaces

    def _counts(self, pieces: Iterable[str]) -> list[int]:
        """Give the ends of pieces of the text in clusters; those inside a cluster are none."""
        ends = set(accumulate(map(len, pieces)))
        lengths = accumulate(map(len, self.clusters))
        return [count for count, length in enumerate(lengths, start=1) if length in ends]

    def _runs(self, start: int, end: int) -> list[Run]:
        if self.kinds.count(Kind.TEXT) == len(self.kinds):
            return [("".join(self.clusters[start:end]), Kind.TEXT)]
        pairs = zip(self.clusters[start:end], self.kinds[start:end], strict=True)
        groups = groupby(pairs, key=lambda pair: pair[1])
        return [("".join(text for text, _ in group), kind) for kind, group in groups]

    def _passage(self, runs: list[Run]) -> Passage:
        return Passage(tuple(runs), self.faces, self.text)


def prose(text: str, book: FontBook, han_face: str, first: str = LATIN) -> Prose:
    """Cut a cleaned text; characters that no face holds are left out, so that none is a box."""
    if plain_characters(book, first).issuperset(text):
        return Prose(text, text, (Kind.TEXT,) * len(text), (first,), han_face)
    pieces = [held(book, piece, han_face, first) for piece in _CLUSTER.findall(text)]
    missing = "".join(piece.missing for piece in pieces)
    if missing:
        pieces = _readable(pieces)
    pieces = [piece for piece in pieces if piece.text]
    clusters = [piece.text for piece in pieces]
    kinds = [Kind.EMOJI if piece.is_emoji else Kind.TEXT for piece in pieces]
    for index, cluster in enumerate(clusters):
        if cluster in _SHARED_PUNCTUATION and _is_beside_ideograph(index, clusters):
            kinds[index] = Kind.HAN
    wanted = {piece.face for piece in pieces} - {first}
    faces = (first, *(name for name in book.faces if name in wanted))
    return Prose("".join(clusters), clusters, kinds, faces, han_face, missing)


def _readable(pieces: list[Held]) -> list[Held]:
    """Put an ellipsis for a word of which no letter is left, and drop the space beside others.

    One stands for several words in a row. Symbols go without a trace: they are seldom read.
    """
    shown: list[Held] = []
    is_first_lost = False
    for is_space, group in groupby(pieces, key=lambda piece: piece.text.isspace()):
        word = list(group)
        kept = [piece for piece in word if piece.text]
        if is_space and is_first_lost and not shown:
            continue
        if is_space or kept:
            shown += kept
        elif any(map(str.isalnum, word[0].missing)) and _OMISSION not in shown[-2:]:
            shown.append(_OMISSION)
        elif shown:
            shown.pop()
        else:
            is_first_lost = True
    return shown


def _is_beside_ideograph(index: int, clusters: list[str]) -> bool:
    return any(map(_IDEOGRAPH.match, clusters[max(0, index - 1) : index + 2]))
