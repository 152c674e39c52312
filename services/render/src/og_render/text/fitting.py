# ruff: noqa: RUF001 - punctuation of several scripts
"""Fits one text into one box: the largest size that holds it, even lines, an ellipsis if needed."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import Protocol

import skia

from og_render.text import scripts
from og_render.text.phrases import even_breaks, pauses
from og_render.text.prose import Cluster, Kind, Prose
from og_render.text.styles import Step, TypeStyle, line_px, script_scale

ELLIPSIS = "…"
MAX_WORD_RETREAT_CLUSTERS = 18
MAX_PAUSE_RETREAT_CLUSTERS = 6
UNBOUNDED_PX = 100_000.0
_DANGLING = " \u3000,;:.–—-–(（「『“‘\"'、，。:：؛،·"
_PAUSES, _WIDE_PAUSES = frozenset(",;:–—،؛"), frozenset("，、：；")


class Shaper(Protocol):
    """Shapes text at one size."""

    @property
    def han_face(self) -> str:
        """Name the regional face for Han characters."""

    def paragraph(self, text: Prose, style: TypeStyle, size_px: float) -> skia.textlayout.Paragraph:
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
        scale = script_scale(str(text))
        self._steps = [Step(round(it.size_px * scale), it.lines_max) for it in style.steps]

    def best(self) -> TextBlock | None:
        """Take the first step that holds the whole text, else cut it at the last step.

        A smaller step that breaks between phrases is better than a larger one that does not.
        """
        whole: _Laid | None = None
        for step in self._steps:
            laid = self._lay(self._text, step.size_px)
            if not laid.breaks_no_word or laid.lines > self._room(step):
                continue
            if laid.is_even(self._room(step)):
                return self._block(laid, is_truncated=False)
            whole = whole or laid
        if whole is not None:
            return self._block(whole, is_truncated=False)
        return self._cut(self._steps[-1]) if self._style.may_be_cut else None

    def _cut(self, step: Step) -> TextBlock | None:
        room = self._room(step)
        if room < 1 or self._width < step.size_px:
            return None
        if (whole := self._lay(self._text, step.size_px)).lines <= room:
            return self._block(whole, is_truncated=False)
        counts = range(len(self._text.clusters))
        too_long = bisect_left(
            counts, 1, key=lambda count: int(self._lay_ended(count, step).lines > room)
        )
        end = self._retreat(max(too_long - 1, 0))
        return self._block(self._lay_ended(end, step), is_truncated=True)

    def _lay_ended(self, count: int, step: Step) -> _Laid:
        kind = self._text.clusters[max(count - 1, 0)].kind
        ending = Cluster(ELLIPSIS, Kind.TEXT if kind is Kind.EMOJI else kind)
        if scripts.is_ideographic(str(self._text)) and self._shaper.han_face != "kr":
            ending = Cluster(ELLIPSIS, Kind.HAN)
        return self._lay(self._text.cut(count, ending), step.size_px)

    def _retreat(self, count: int) -> int:
        """Go back to the end of a word if one is near, and over what should not end a line."""
        clusters = self._text.clusters
        near = range(max(1, count - MAX_WORD_RETREAT_CLUSTERS), min(count + 1, len(clusters)))
        spaces = [at for at in near if clusters[at].text.isspace()]
        end = spaces[-1] if spaces else count
        end = self._last_pause(end) or end
        while end > 1 and clusters[end - 1].text in _DANGLING:
            end -= 1
        return end

    def _last_pause(self, end: int) -> int:
        """Give where a pause stands shortly before the end: better there than one word on; else 0.

        What Latin marks pause at has a space after it; "1,000" has none.
        """
        clusters = self._text.clusters
        for at in range(end - 1, max(0, end - 1 - MAX_PAUSE_RETREAT_CLUSTERS), -1):
            mark, following = clusters[at].text, clusters[at + 1 : at + 2]
            if mark in _WIDE_PAUSES or (
                mark in _PAUSES and following and following[0].text.isspace()
            ):
                return at
        return 0

    def _room(self, step: Step) -> int:
        """How many lines of a step the box holds."""
        return min(step.lines_max, int(self._height // self._line_px(step.size_px)))

    def _line_px(self, size_px: float) -> int:
        return line_px(self._style, size_px, str(self._text))

    def _lay(self, text: Prose, size_px: float) -> _Laid:
        return _Laid(self._shaper, text, self._style, size_px, self._width)

    def _block(self, laid: _Laid, *, is_truncated: bool) -> TextBlock:
        if self._style.is_balanced:
            laid.balance()
        paragraph = laid.paragraph
        width = laid.tighten()
        height = laid.lines * laid.line_px
        return TextBlock(
            paragraph, width, height, laid.lines, laid.size_px, str(laid.text), is_truncated
        )


class _Laid:
    """A text laid out at one size in one width."""

    def __init__(
        self, shaper: Shaper, text: Prose, style: TypeStyle, size_px: float, width: int
    ) -> None:
        self._shaper, self._style, self._width = shaper, style, width
        self.text, self.size_px = text, size_px
        self.line_px = line_px(style, size_px, str(text))
        self.paragraph = shaper.paragraph(text, style, size_px)
        self.paragraph.layout(width)
        self.lines = self._count()
        # A word that is wider than the box is broken, which a smaller size may avoid.
        self.breaks_no_word = self.paragraph.MinIntrinsicWidth <= width
        self._is_phrased = self.lines > 1 and scripts.is_ideographic(str(text))

    def is_even(self, lines_max: int) -> bool:
        """Whether lines can end where readers pause; if so, they do from now on."""
        return not self._is_phrased or self._break_between_phrases(lines_max)

    def balance(self) -> None:
        """Make lines even: lay out in the narrowest box that takes no further line."""
        if self.lines == 1 or "\n" in str(self.text):
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

    def _break_between_phrases(self, lines_max: int) -> bool:
        """Break lines where phrases end; False where that would take more lines than there are."""
        pieces = self.text.phrases(self._shaper.han_face)
        widths = [self._width_of(piece) for piece in pieces]
        # A pixel less than there is: a line is not exactly the sum of its pieces.
        stops = pauses([str(piece) for piece in pieces])
        breaks = even_breaks(widths, self._width - 1, lines_max, stops)
        if breaks is None:
            return False
        text = Prose.joined_lines(pieces, breaks)
        paragraph = self._shaper.paragraph(text, self._style, self.size_px)
        paragraph.layout(self._width)
        self.text, self.paragraph, self.lines = text, paragraph, len(breaks) + 1
        return self._count() == self.lines

    def _width_of(self, piece: Prose) -> float:
        paragraph = self._shaper.paragraph(piece, self._style, self.size_px)
        paragraph.layout(UNBOUNDED_PX)
        width: float = paragraph.LongestLine
        return width
