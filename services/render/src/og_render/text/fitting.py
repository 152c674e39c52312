# ruff: noqa: RUF001 - punctuation of several scripts
"""Fits one text into one box: the largest size that holds it, even lines, an ellipsis if needed."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass

import skia

from og_render.text import scripts
from og_render.text.laying import Laid, Shaper
from og_render.text.phrasing import Phrasing
from og_render.text.prose import ELLIPSIS, Kind, Passage, Prose, Run
from og_render.text.styles import Step, TypeStyle, line_px, script_scale

MAX_WORD_RETREAT_CLUSTERS = 18
MAX_PAUSE_RETREAT_CLUSTERS = 6
# What is sure of a text's width at one size, measured at another: small sizes have wider letters.
_SURE_SHARE = 0.96
_DANGLING = " \u3000,;:.–—-–(（「『“‘\"'、，。:：؛،·"
_PAUSES, _WIDE_PAUSES = frozenset(",;:–—،؛"), frozenset("，、：；")


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
        self._is_phrased = scripts.traits(text.text).is_ideographic
        scale = script_scale(text.text)
        self._steps = [Step(round(it.size_px * scale), it.lines_max) for it in style.steps]
        self._ended: dict[int, Laid] = {}
        """The text cut at the last step, by how much of it is kept."""
        self._length_em: float | None = None
        """The length of the whole text on one line, once it was shaped."""

    def best(self) -> TextBlock | None:
        """Take the first step that holds the whole text, else cut it at the last step.

        A smaller step that breaks between phrases is better than a larger one that does not.
        """
        whole: Laid | None = None
        for step in self._steps:
            if self._is_too_long_for(step):
                continue
            laid = self._lay_whole(step)
            if not laid.breaks_no_word or laid.lines > self._room(step):
                continue
            if laid.lines == 1 or not self._is_phrased:
                return self._block(laid, is_truncated=False)
            if phrased := self._phrasing(step).whole(self._room(step)):
                return self._block(phrased, is_truncated=False)
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
        if self._is_phrased and room > 1 and (laid := self._cut_phrases(step, room)):
            return self._block(laid, is_truncated=True)
        return self._block(self._lay_ended(self._end(step, room), step), is_truncated=True)

    def _cut_phrases(self, step: Step, room: int) -> Laid | None:
        phrasing = self._phrasing(step)
        end = self._before_pause(phrasing.longest(room))
        return phrasing.cut(end, self._ending(end), room) if end else None

    def _end(self, step: Step, room: int) -> int:
        """Give how many clusters to keep: to the end of a word if one is near, else what fits."""

        def fits(count: int) -> bool:
            return self._lay_ended(count, step).lines <= room

        clusters = self._text.clusters
        length_px = (self._length_em or 1.0) * step.size_px
        about = len(clusters) * (room * self._width - step.size_px) / length_px
        ends = self._text.word_ends()
        last = _last_true(lambda index: fits(ends[index]), len(ends), bisect(ends, about) - 1)
        end = ends[last] if last >= 0 else 0
        following = ends[last + 1] if last + 1 < len(ends) else len(clusters)
        # What fits stops before the next word's end; a longer word is cut in itself.
        if end < 1 or following - end > MAX_WORD_RETREAT_CLUSTERS + 1:
            counts = range(end + 1, following)
            near = round(about) - end - 1
            inside = _last_true(lambda index: fits(counts[index]), len(counts), near)
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

    def _lay_whole(self, step: Step) -> Laid:
        laid = self._lay(self._text.whole(), step)
        self._length_em = laid.length_em
        return laid

    def _lay_ended(self, count: int, step: Step) -> Laid:
        if count not in self._ended:
            self._ended[count] = self._lay(self._text.cut(count, self._ending(count)), step)
        return self._ended[count]

    def _ending(self, count: int) -> Run:
        """Give the ellipsis in the manner of what it follows."""
        kind = self._text.kinds[max(count - 1, 0)]
        if kind is Kind.EMOJI:
            kind = Kind.TEXT
        if self._is_phrased and self._text.han_face != "kr":
            kind = Kind.HAN
        return ELLIPSIS, kind

    def _phrasing(self, step: Step) -> Phrasing:
        return Phrasing(self._shaper, self._text, self._style, step.size_px, self._width)

    def _lay(self, passage: Passage, step: Step) -> Laid:
        return Laid(self._shaper, passage, self._style, step.size_px, self._width)

    def _block(self, laid: Laid, *, is_truncated: bool) -> TextBlock:
        if self._style.is_balanced:
            laid.balance()
        paragraph = laid.paragraph
        width = laid.tighten()
        height = laid.lines * laid.line_px
        text = str(laid.passage)
        return TextBlock(paragraph, width, height, laid.lines, laid.size_px, text, is_truncated)


def _last_true(holds: Callable[[int], bool], count: int, near: int) -> int:
    """Give the last index below count at which something holds that ends holding; -1 if none.

    It is looked for around an index near it, in growing steps, then in between.
    """
    if not count:
        return -1
    low, high = -1, count
    at, stride = min(max(near, 0), count - 1), 1
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
