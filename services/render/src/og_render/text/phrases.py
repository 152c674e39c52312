# ruff: noqa: RUF001 - punctuation of several scripts
"""Where lines may end in Chinese, Japanese and Korean: between phrases, not inside words.

Unicode lets a line end after almost any ideograph, which is right for columns of small print and
wrong for a headline: it tears words apart. Japanese phrases are found by a model that was learnt
for them. The same model is weak in Chinese, so there a line ends only between words of a
dictionary, and beside a word of one character only where the model sees an end, too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from itertools import accumulate
from operator import sub

import budoux
import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.text import scripts
from og_render.text.words import words

# How much less a line costs that ends where a reader pauses.
PAUSE_DISCOUNT = 0.8
# Other spaces tie what stands around them together.
_WORD = regex.compile(r"[^ ]+ *")
# What must not begin a line joins the phrase before it.
_CLOSING = regex.compile(r"[\p{Pe}\p{Pf}、。，．・：；？！…ー々\)\]!?,.:;%]")
# Chinese particles, too, lean on what stands before them.
_PARTICLE = regex.compile(r"[了着过過的地得们們吗嗎呢吧啊]$")
# A number and what it counts, and "of" in a fraction, stay together.
_COUNTED = regex.compile(r"[第零〇一二兩两三四五六七八九十百千萬万億亿\d]+")
_INNER = regex.compile(r"(?:之.*|.*之)")
_WORD_CHARACTERS = 2
_PAUSE_END = regex.compile(r"[、。，．：；？！,.:;?!]\s*$")
_OPENING_END = regex.compile(r"[\p{Ps}\p{Pi}]$")


@cache
def _parser(face: str) -> budoux.Parser:
    if face == "jp":
        return budoux.load_default_japanese_parser()
    if face == "sc":
        return budoux.load_default_simplified_chinese_parser()
    return budoux.load_default_traditional_chinese_parser()


def phrases(text: str, face: str) -> list[str]:
    """Cut a text between phrases; joined again they are the text. `face` names the Han region."""
    if face == "kr" or not scripts.traits(text).is_ideographic:
        return list(_WORD.findall(text))
    parts = _parser(face).parse(text)
    if face != "jp":
        parts = _chinese(words(text), set(accumulate(map(len, parts))))
    pieces = [word for part in parts for word in _WORD.findall(part) or [part]]
    return _joined(pieces, leans=_PARTICLE if face != "jp" else None)


def _chinese(dictionary: list[str], seen: Collection[int]) -> list[str]:
    """Join words that a line's end must not part; `seen` are the ends that the model sees."""
    parts: list[str] = []
    at, previous = 0, ""
    for word in dictionary:
        tied = min(len(previous), len(word)) < _WORD_CHARACTERS and at not in seen
        if parts and (tied or _COUNTED.fullmatch(previous) or _INNER.fullmatch(previous + word)):
            parts[-1] += word
        else:
            parts.append(word)
        at, previous = at + len(word), word
    return parts


def pauses(pieces: Sequence[str]) -> set[int]:
    """Give the indices of pieces that follow a mark at which a reader pauses."""
    return {at for at, piece in enumerate(pieces[:-1], start=1) if _PAUSE_END.search(piece)}


def _joined(pieces: list[str], leans: regex.Pattern[str] | None) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        leant = _CLOSING.match(piece) or (leans is not None and leans.match(piece))
        if joined and (leant or _OPENING_END.search(joined[-1])):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def even_breaks(
    widths: Sequence[float],
    room: float,
    lines_max: int,
    pauses: Collection[int] = (),
    spaces: Sequence[float] = (),
) -> list[int] | None:
    """Give the indices at which lines begin: as few lines as can be, as even as can be.

    `pauses` are the indices before which a reader pauses anyway. `spaces` say how much of each
    width is a space at its end, which takes no room where a line ends. None where the pieces do
    not fit into lines_max lines of a width of room.
    """
    spaces = spaces or [0.0] * len(widths)
    lines = _greedy_lines(widths, spaces, room)
    if max(map(sub, widths, spaces)) > room or lines > lines_max:
        return None
    starts = [0, *accumulate(widths)]
    # best[k]: the cost of the first k pieces in so many lines, and where its last line begins.
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for _ in range(lines):
        longer: dict[int, tuple[float, list[int]]] = {}
        for begin, (cost, breaks) in best.items():
            for end in range(begin + 1, len(widths) + 1):
                if (width := starts[end] - starts[begin] - spaces[end - 1]) > room:
                    break
                total = cost + width**2 * (PAUSE_DISCOUNT if end in pauses else 1.0)
                if end not in longer or total < longer[end][0]:
                    longer[end] = (total, [*breaks, begin])
        best = longer
    return best[len(widths)][1][1:]


def _greedy_lines(widths: Sequence[float], spaces: Sequence[float], room: float) -> int:
    """Count the lines when each takes as much as it can."""
    lines, used = 1, 0.0
    for width, space in zip(widths, spaces, strict=True):
        if used and used + width - space > room:
            lines, used = lines + 1, 0.0
        used += width
    return lines
