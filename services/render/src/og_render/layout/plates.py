"""The engraved border of a title page."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

_QUARTER_DEGREES = 90


@dataclass(frozen=True)
class Plate:
    """Two lines around the space: a heavy one, and within it a fine one with hollow corners."""

    color: Color
    inset: float
    heavy_px: float = 4
    fine_px: float = 1.5
    between: float = 12
    corner: float = 26

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        del setter

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            outer = skia.Rect.MakeXYWH(x, y, width, height).makeInset(self.inset, self.inset)
            canvas.drawRect(outer, stroke(self.color, self.heavy_px))
            inner = outer.makeInset(self.between, self.between)
            canvas.drawPath(_hollowed(inner, self.corner), stroke(self.color, self.fine_px))

        return Fitted(width, height, paint)


@dataclass(frozen=True)
class Lozenge:
    """A small diamond between two lines, as books part what belongs together."""

    color: Color
    width: float
    size_px: float = 14
    line_px: float = 2

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has."""
        del setter, width, height

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            middle_x, middle_y, half = x + self.width / 2, y + self.size_px / 2, self.size_px / 2
            diamond = skia.Path()
            corners = [(0, -half), (half, 0), (0, half), (-half, 0)]
            points = [skia.Point(middle_x + right, middle_y + down) for right, down in corners]
            diamond.addPoly(points, close=True)
            canvas.drawPath(diamond, fill(self.color))
            line = stroke(self.color, self.line_px)
            free = self.size_px * 1.2
            canvas.drawLine(x, middle_y, middle_x - free, middle_y, line)
            canvas.drawLine(middle_x + free, middle_y, x + self.width, middle_y, line)

        return Fitted(self.width, self.size_px, paint)


def _hollowed(rect: skia.Rect, radius: float) -> skia.Path:
    """Give a rectangle whose corners are cut out in quarter circles."""
    path = skia.Path()
    corners = [
        (rect.left(), rect.top(), _QUARTER_DEGREES),
        (rect.right(), rect.top(), 2 * _QUARTER_DEGREES),
        (rect.right(), rect.bottom(), 3 * _QUARTER_DEGREES),
        (rect.left(), rect.bottom(), 0),
    ]
    for x, y, start in corners:
        circle = skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)
        path.arcTo(circle, start, -_QUARTER_DEGREES, forceMoveTo=False)
    path.close()
    return path
