# ruff: noqa: RUF001 - punctuation of several scripts
"""Fits one text into one box: the largest size that holds it, even lines, an ellipsis if needed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import skia

from og_render.text import scripts
from og_render.text.phrases import even_breaks, pauses
from og_render.text.prose import ELLIPSIS, Kind, Passage, Prose
from og_render.text.styles import Step, TypeStyle, line_px, script_scale

MAX_WORD_RETREAT_CLUSTERS = 18
MAX_PAUSE_RETREAT_CLUSTERS = 6
UNBOUNDED_PX = 100_000.0
# What is sure of a text's width at one size, measured at another: small sizes have wider letters.
_SURE_SHARE = 0.96
_DANGLING = " \u3000,;:.–—-–(（「『“‘\"'、，。:：؛،·"
_PAUSES, _WIDE_PAUSES = frozenset(",;:–—،؛"), frozenset("，、：；")


class Shaper(Protocol):
    """Shapes text at one size."""

    def paragraph(
        self, passage: Passage, style: TypeStyle, size_px: float
    ) -> skia.textlayout.Paragraph:
        """Shape text; it is laid out by who asked."""


@dataclass(frozen=True)
class TextBlock:
    """A text that is set: its box and how to paint it."""

    paragraph: skia.textlayout.Paragraph
    width: float
    height: float
    lines: int
    size_px: float
    text: str
    is_truncated: bool

    def paint(self, canvas: skia.Canvas, x: float, y: float) -> None:
        """Paint with the upper left corner of the box at x, y."""
        self.paragraph.paint(canvas, x, y)


class Fitting:
    """One text against one box."""

    def __init__(
        self, shaper: Shaper, text: Prose, style: TypeStyle, width: float, height: float
    ) -> None:
        self._shaper, self._text, self._style = shaper, text, style
        self._width, self._height = math.floor(width), height
        scale = script_scale(text.text)
        self._steps = [Step(round(it.size_px * scale), it.lines_max) for it in style.steps]
        self._length_em: float | None = None
        """The length of the whole text on one line, once it was shaped."""

    def best(self) -> TextBlock | None:
        """Take the first step that holds the whole text, else cut it at the last step.

        A smaller step that breaks between phrases is better than a larger one that does not.
        """
        whole: _Laid | None = None
        for step in self._steps:
            if self._is_too_long_for(step):
                continue
            laid = self._lay_whole(step)
            if not laid.breaks_no_word or laid.lines > self._room(step):
                continue
            if laid.is_even(self._text, self._room(step)):
                return self._block(laid, is_truncated=False)
            whole = whole or laid
        if whole is not None:
            return self._block(whole, is_truncated=False)
        return self._cut(self._steps[-1]) if self._style.may_be_cut else None

    def _is_too_long_for(self, step: Step) -> bool:
        """Whether a step cannot hold the whole text, as is often sure without shaping it again."""
        room = self._room(step)
        if room < 1 or self._length_em is None:
            return room < 1
        # The space at which a line ends takes no room; none is wider than its line's size.
        most_px = room * self._width + (room - 1) * step.size_px
        return self._length_em * step.size_px * _SURE_SHARE > most_px

    def _cut(self, step: Step) -> TextBlock | None:
        room = self._room(step)
        if room < 1 or self._width < step.size_px:
            return None
        if not self._is_too_long_for(step):
            whole = self._lay_whole(step)
            if whole.lines <= room:
                return self._block(whole, is_truncated=False)
        return self._block(self._lay_ended(self._end(step, room), step), is_truncated=True)

    def _end(self, step: Step, room: int) -> int:
        """Give how many clusters to keep: to the end of a word if one is near, else what fits."""

        def fits(count: int) -> bool:
            return self._lay_ended(count, step).lines <= room

        clusters = self._text.clusters
        share = room * self._width / ((self._length_em or 1.0) * step.size_px)
        ends = self._text.word_ends()
        last = _last_true(lambda index: fits(ends[index]), len(ends), share)
        end = ends[last] if last >= 0 else 0
        following = ends[last + 1] if last + 1 < len(ends) else len(clusters)
        # What fits stops before the next word's end; a longer word is cut in itself.
        if end < 1 or following - end > MAX_WORD_RETREAT_CLUSTERS + 1:
            counts = range(end + 1, following)
            inside = _last_true(lambda index: fits(counts[index]), len(counts), 0.5)
            if inside >= 0 and (end < 1 or counts[inside] - end > MAX_WORD_RETREAT_CLUSTERS):
                end = counts[inside]
        return self._before_pause(end)

    def _before_pause(self, end: int) -> int:
        """Go back over what should not end a line, and to a pause shortly before."""
        clusters = self._text.clusters
        end = self._last_pause(end) or end
        while end > 1 and clusters[end - 1] in _DANGLING:
            end -= 1
        return end

    def _last_pause(self, end: int) -> int:
        """Give where a pause stands shortly before the end: better there than one word on; else 0.

        What Latin marks pause at has a space after it; "1,000" has none.
        """
        clusters = self._text.clusters
        for at in range(end - 1, max(0, end - 1 - MAX_PAUSE_RETREAT_CLUSTERS), -1):
            mark, following = clusters[at], clusters[at + 1 : at + 2]
            if mark in _WIDE_PAUSES or (mark in _PAUSES and following and following[0].isspace()):
                return at
        return 0

    def _room(self, step: Step) -> int:
        """How many lines of a step the box holds."""
        high = line_px(self._style, step.size_px, self._text.text)
        return min(step.lines_max, int(self._height // high))

    def _lay_whole(self, step: Step) -> _Laid:
        laid = self._lay(self._text.whole(), step)
        self._length_em = laid.paragraph.MaxIntrinsicWidth / step.size_px
        return laid

    def _lay_ended(self, count: int, step: Step) -> _Laid:
        kind = self._text.kinds[max(count - 1, 0)]
        if kind is Kind.EMOJI:
            kind = Kind.TEXT
        if scripts.traits(self._text.text).is_ideographic and self._text.han_face != "kr":
            kind = Kind.HAN
        return self._lay(self._text.cut(count, (ELLIPSIS, kind)), step)

    def _lay(self, passage: Passage, step: Step) -> _Laid:
        return _Laid(self._shaper, passage, self._style, step.size_px, self._width)

    def _block(self, laid: _Laid, *, is_truncated: bool) -> TextBlock:
        if self._style.is_balanced:
            laid.balance()
        paragraph = laid.paragraph
        width = laid.tighten()
        height = laid.lines * laid.line_px
        text = str(laid.passage)
        return TextBlock(paragraph, width, height, laid.lines, laid.size_px, text, is_truncated)


def _last_true(holds: Callable[[int], bool], count: int, share: float) -> int:
    """Give the last index below count at which something holds that ends holding; -1 if none.

    It is looked for around a share of the count, in growing steps, then in between.
    """
    if not count:
        return -1
    low, high = -1, count
    at, stride = min(max(int(count * share), 0), count - 1), 1
    while low < at < high:
        if holds(at):
            low, at = at, at + stride
        else:
            high, at = at, at - stride
        stride *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


class _Laid:
    """A passage laid out at one size in one width."""

    def __init__(
        self, shaper: Shaper, passage: Passage, style: TypeStyle, size_px: float, width: int
    ) -> None:
        self._shaper, self._style, self._width = shaper, style, width
        self.passage, self.size_px = passage, size_px
        self.line_px = line_px(style, size_px, passage.whole)
        self.paragraph = shaper.paragraph(passage, style, size_px)
        self.paragraph.layout(width)
        self.lines = self._count()
        # A word that is wider than the box is broken, which a smaller size may avoid.
        self.breaks_no_word = self.paragraph.MinIntrinsicWidth <= width

    def is_even(self, text: Prose, lines_max: int) -> bool:
        """Whether lines can end where readers pause; if so, they do from now on."""
        if self.lines == 1 or not scripts.traits(text.text).is_ideographic:
            return True
        return self._break_between_phrases(text, lines_max)

    def balance(self) -> None:
        """Make lines even: lay out in the narrowest box that takes no further line."""
        if self.lines == 1 or any("\n" in run for run, _ in self.passage.runs):
            return
        low, high = math.ceil(self.paragraph.MinIntrinsicWidth), self._width
        while low < high:
            middle = (low + high) // 2
            self.paragraph.layout(middle)
            if self._count() <= self.lines:
                high = middle
            else:
                low = middle + 1
        self._width = high
        self.paragraph.layout(high)

    def tighten(self) -> int:
        """Lay out in the width of the longest line, where that takes no further one; give it.

        It does where a line ends in a mark that composes with no letter: such lines are longer
        than they are said to be.
        """
        longest = math.ceil(self.paragraph.LongestLine) + 1
        for width in (min(longest, self._width), self._width):
            self.paragraph.layout(width)
            if self._count() <= self.lines:
                break
        return width

    def _count(self) -> int:
        height: float = self.paragraph.Height
        return max(1, round(height / self.line_px))

    def _break_between_phrases(self, text: Prose, lines_max: int) -> bool:
        """Break lines where phrases end; False where that would take more lines than there are."""
        pieces = text.phrases()
        widths = [self._width_of(piece) for piece in pieces]
        # A pixel less than there is: a line is not exactly the sum of its pieces.
        stops = pauses([str(piece) for piece in pieces])
        breaks = even_breaks(widths, self._width - 1, lines_max, stops)
        if breaks is None:
            return False
        passage = text.in_lines(breaks)
        paragraph = self._shaper.paragraph(passage, self._style, self.size_px)
        paragraph.layout(self._width)
        self.passage, self.paragraph, self.lines = passage, paragraph, len(breaks) + 1
        return self._count() == self.lines

    def _width_of(self, piece: Passage) -> float:
        paragraph = self._shaper.paragraph(piece, self._style, self.size_px)
        paragraph.layout(UNBOUNDED_PX)
        width: float = paragraph.LongestLine
        return width
