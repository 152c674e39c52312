"""A passage laid out at one size in one width."""

from __future__ import annotations

import math
from typing import Protocol

import skia

from og_render.text.prose import Passage
from og_render.text.styles import TypeStyle, line_px

UNBOUNDED_PX = 100_000.0


class Shaper(Protocol):
    """Shapes text at one size."""

    def paragraph(
        self, passage: Passage, style: TypeStyle, size_px: float
    ) -> skia.textlayout.Paragraph:
        """Shape text; it is laid out by who asked."""


class Laid:
    """A passage in its lines. Shaping is what takes time: it is done once, lines often."""

    def __init__(
        self, shaper: Shaper, passage: Passage, style: TypeStyle, size_px: float, width: int
    ) -> None:
        self._width = width
        self.passage, self.size_px = passage, size_px
        self.line_px = line_px(style, size_px, passage.whole)
        self.paragraph = shaper.paragraph(passage, style, size_px)
        # Told before lines are broken: a word that had to be broken counts for its pieces.
        self.paragraph.layout(UNBOUNDED_PX)
        self._longest_word_px = self.paragraph.MinIntrinsicWidth
        self.lines = self._lines_in(width)
        # A word that is wider than the box is broken, which a smaller size may avoid.
        self.breaks_no_word = self._longest_word_px <= width

    @property
    def length_em(self) -> float:
        """How long the passage is on one line, in multiples of its size."""
        length_px: float = self.paragraph.MaxIntrinsicWidth
        return length_px / self.size_px

    def balance(self) -> None:
        """Make lines even: lay out in the narrowest box that takes no further line."""
        if self.lines == 1 or any("\n" in run for run, _ in self.passage.runs):
            return
        # Lines hold the whole length, less at most a space at each end of one.
        least = self.paragraph.MaxIntrinsicWidth / self.lines - self.size_px
        low = math.ceil(max(min(self._longest_word_px, self._width), least))
        high = min(self._width, math.ceil(self.paragraph.LongestLine) + 1)
        # What is longer than it is said to be, see below, does not fit its longest line.
        if self._lines_in(high) > self.lines:
            high = self._width
        while low < high:
            middle = (low + high) // 2
            if self._lines_in(middle) <= self.lines:
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
            if self._lines_in(width) <= self.lines:
                break
        return width

    def _lines_in(self, width: int) -> int:
        """Lay out in a width; give how many lines that takes."""
        self.paragraph.layout(width)
        height: float = self.paragraph.Height
        return max(1, round(height / self.line_px))
