"""What makes a design known at a glance: quiet shapes behind or beside the text."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter


@dataclass(frozen=True)
class Orbits:
    """Rings around the upper end corner, with a dot travelling on one of them."""

    ring: Color
    dot: Color
    dot_edge: Color | None = None
    radii: tuple[float, ...] = (128, 200, 272)
    alpha: float = 0.22

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.save()
            _mirror(canvas, setter, x, width)
            corner_x, corner_y = x + width, y
            for radius in self.radii:
                canvas.drawCircle(corner_x, corner_y, radius, stroke(self.ring, 2, self.alpha))
            middle = self.radii[1]
            at = (corner_x - middle * 0.766, corner_y + middle * 0.643)
            canvas.drawCircle(*at, 12, fill(self.dot))
            if self.dot_edge is not None:
                canvas.drawCircle(*at, 12, stroke(self.dot_edge, 2))
            canvas.restore()

        return Fitted(width, height, paint)


@dataclass(frozen=True)
class Ribbon:
    """A bookmark that hangs from the upper edge, near the end."""

    color: Color
    inset: float = 80
    width: float = 60
    length: float = 112
    notch: float = 22

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            left = x + width - self.inset - self.width
            right = left + self.width
            path = skia.Path()
            path.moveTo(left, y)
            path.lineTo(right, y)
            path.lineTo(right, y + self.length)
            path.lineTo((left + right) / 2, y + self.length - self.notch)
            path.lineTo(left, y + self.length)
            path.close()
            canvas.save()
            _mirror(canvas, setter, x, width)
            canvas.drawPath(path, fill(self.color))
            canvas.restore()

        return Fitted(width, height, paint)


def _mirror(canvas: skia.Canvas, setter: Typesetter, x: float, width: float) -> None:
    if setter.right_to_left:
        canvas.translate(2 * x + width, 0)
        canvas.scale(-1, 1)
