"""A leaf of a calendar, drawn: words or a month of dots go onto it."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

# As shares of the leaf's width: its corners, and the two rings that it hangs on.
_CORNER = 0.09
_RING_AT, _RING_WIDTH, _RING_HEIGHT = 0.24, 0.042, 0.13
# A month without a name: days as dots, one of them marked.
_DOT_COLUMNS, _DOT_ROWS, _MARKED_DOT, _DOT_SHARE = 5, 4, 12, 0.5


@dataclass(frozen=True)
class CalendarLeaf:
    """A sheet with a coloured head and two rings in the upper edge, in the whole space."""

    head: Color
    sheet: Color
    line: Color
    ring: Color
    head_px: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        del setter
        corner = width * _CORNER

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            whole = skia.Rect.MakeXYWH(x, y, width, height)
            head = skia.RRect()
            corners = [(corner, corner), (corner, corner), (0, 0), (0, 0)]
            head.setRectRadii(skia.Rect.MakeXYWH(x, y, width, self.head_px), corners)
            canvas.drawRoundRect(whole, corner, corner, fill(self.sheet))
            canvas.drawRRect(head, fill(self.head))
            canvas.drawRoundRect(whole, corner, corner, stroke(self.line, 2))
            for share in (_RING_AT, 1 - _RING_AT):
                self._draw_ring(canvas, x + width * share, y, width)

        return Fitted(width, height, paint)

    def _draw_ring(self, canvas: skia.Canvas, middle: float, top: float, width: float) -> None:
        wide, high = width * _RING_WIDTH, width * _RING_HEIGHT
        ring = skia.Rect.MakeXYWH(middle - wide / 2, top - high / 2, wide, high)
        canvas.drawRoundRect(ring, wide / 2, wide / 2, fill(self.ring))


@dataclass(frozen=True)
class MonthDots:
    """The days of a month as dots in rows, with one marked; as wide as the space."""

    color: Color
    marked: Color

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the width, and the height that the rows need."""
        del setter, height
        step = width / (_DOT_COLUMNS - 1 + _DOT_SHARE)
        radius = step * _DOT_SHARE / 2

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            for number in range(_DOT_COLUMNS * _DOT_ROWS):
                row, column = divmod(number, _DOT_COLUMNS)
                color = self.marked if number == _MARKED_DOT else self.color
                center = (x + radius + column * step, y + radius + row * step)
                canvas.drawCircle(*center, radius, fill(color))

        return Fitted(width, (_DOT_ROWS - 1 + _DOT_SHARE) * step, paint)
