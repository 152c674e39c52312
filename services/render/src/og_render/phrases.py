# ruff: noqa: RUF001 - punctuation of several scripts
"""Where lines may end in Chinese, Japanese and Korean: between phrases, not inside words.

Unicode lets a line end after almost any ideograph, which is right for columns of small print and
wrong for a headline: it tears words apart.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate

import budoux
import regex  # type: ignore[import-untyped]  # it ships no types

from og_render import scripts

_WORD = regex.compile(r"\S+\s*")
# What must not begin a line joins the phrase before it.
_CLOSING = regex.compile(r"[\p{Pe}\p{Pf}、。，．・：；？！…ー々\)\]!?,.:;%]")
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
    if face == "kr" or not scripts.is_ideographic(text):
        return list(_WORD.findall(text))
    pieces = [word for part in _parser(face).parse(text) for word in _WORD.findall(part) or [part]]
    return _joined(pieces)


def ends(text: str, face: str) -> list[int]:
    """Give the offsets at which phrases end."""
    return list(accumulate(len(phrase) for phrase in phrases(text, face)))


def _joined(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        if joined and (_CLOSING.match(piece) or _OPENING_END.search(joined[-1])):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def even_breaks(widths: list[float], room: float, lines: int) -> list[int] | None:
    """Give the indices at which lines begin so that the widest line is as narrow as can be.

    None where the pieces do not fit into that many lines.
    """
    best: list[int] | None = None
    low, high = max(widths), room
    while high - low > 1 or best is None:
        if best is None and low > room:
            return None
        middle = high if best is None else (low + high) / 2
        starts = _greedy_starts(widths, middle)
        if len(starts) < lines:
            best, high = starts, middle
        elif best is None:
            return None
        else:
            low = middle
    return best


def _greedy_starts(widths: list[float], room: float) -> list[int]:
    """Fill line after line; give the indices of the pieces that begin a further line."""
    starts: list[int] = []
    used = 0.0
    for index, width in enumerate(widths):
        if index and used + width > room:
            starts.append(index)
            used = 0.0
        used += width
    return starts
