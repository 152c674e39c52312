"""Lines of Chinese, Japanese and Korean at one size in one width: they end between phrases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.text.laying import UNBOUNDED_PX, Laid, Shaper
from og_render.text.phrases import even_breaks, pauses
from og_render.text.prose import Kind, Passage, Prose, Run
from og_render.text.styles import TypeStyle

# Ideographs are as wide as they are high, and none is kerned.
_SQUARE = regex.compile(r"[\u4e00-\u9fa5]+")


class Phrasing:
    """A text and its phrases."""

    def __init__(
        self, shaper: Shaper, text: Prose, style: TypeStyle, size_px: float, width: int
    ) -> None:
        self._shaper, self._text, self._style = shaper, text, style
        self._size_px, self._width = size_px, width
        # A pixel less than there is: a line is not exactly the sum of its phrases.
        self._room_px = width - 1
        self._ends = text.phrase_ends
        self._pieces = text.phrases()

    def whole(self, lines_max: int) -> Laid | None:
        """Lay out all of it; None where it takes more lines than there may be."""
        stops = pauses([str(piece) for piece in self._pieces])
        breaks = even_breaks(self._widths, self._room_px, lines_max, stops, self._spaces)
        if breaks is None:
            return None
        return self._in_lines(self._text.in_lines(breaks), len(breaks) + 1)

    def longest(self, lines_max: int) -> int:
        """Give how many clusters fit with an ellipsis, up to a phrase's end; 0 where that fails."""
        fitting, lines, used = 0, 1, 0.0
        for index, (end, width) in enumerate(zip(self._ends, self._measured(), strict=True)):
            space = self._spaces[index]
            if used and used + width - space > self._room_px:
                lines, used = lines + 1, 0.0
            used += width
            if width - space > self._room_px:
                return 0
            if lines > lines_max:
                break
            ended_px = used if lines == lines_max else width
            if ended_px - space + self._size_px <= self._room_px:
                fitting = end
        return fitting

    def cut(self, count: int, ending: Run, lines_max: int) -> Laid | None:
        """Lay out the first count clusters and an ending; None where that fails."""
        kept = next(at for at, end in enumerate(self._ends, start=1) if end >= count)
        widths = self._widths[:kept]
        widths[-1] += self._size_px
        breaks = even_breaks(widths, self._room_px, lines_max, spaces=self._spaces[:kept])
        if breaks is None:
            return None
        return self._in_lines(self._text.in_lines(breaks, count, ending), len(breaks) + 1)

    def _in_lines(self, passage: Passage, lines: int) -> Laid | None:
        laid = Laid(self._shaper, passage, self._style, self._size_px, self._width)
        return laid if laid.lines == lines else None

    @cached_property
    def _widths(self) -> list[float]:
        return list(self._measured())

    @cached_property
    def _spaces(self) -> list[float]:
        """How much of each phrase is the space at its end."""
        space_px = self._width_of(self._text.space())
        return [space_px if str(piece).endswith(" ") else 0.0 for piece in self._pieces]

    def _measured(self) -> Iterator[float]:
        for piece in self._pieces:
            yield self._width_of(piece)

    def _width_of(self, piece: Passage) -> float:
        if all(kind is Kind.TEXT for _, kind in piece.runs) and _SQUARE.fullmatch(str(piece)):
            return len(str(piece)) * self._size_px
        paragraph = self._shaper.paragraph(piece, self._style, self._size_px)
        paragraph.layout(UNBOUNDED_PX)
        # With the space at its end, which stands between it and the next on a line.
        width: float = paragraph.MaxIntrinsicWidth
        return width
