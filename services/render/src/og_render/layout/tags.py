"""A tag such as goods carry."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

_TILT_DEGREES = -37
# As shares of the tag's side: how far it reaches out of the card, its corners, and its hole, which
# shows what is behind.
_BEYOND, _CORNER, _FAR_CORNER = 0.22, 0.11, 0.28
_HOLE_AT, _HOLE_RADIUS = 0.32, 0.062


@dataclass(frozen=True)
class PriceTag:
    """A large tag that hangs into the card from beyond its end."""

    color: Color
    edge: Color | None
    side: float
    down: float = 0.5
    """Where its middle is, as a share of the height."""

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        tag = _tag(self.side)

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.save()
            if setter.right_to_left:
                canvas.translate(2 * x + width, 0)
                canvas.scale(-1, 1)
            canvas.translate(x + width - self.side * _BEYOND, y + height * self.down)
            canvas.rotate(_TILT_DEGREES)
            canvas.drawPath(tag, fill(self.color))
            if self.edge is not None:
                canvas.drawPath(tag, stroke(self.edge, 2))
            canvas.restore()

        return Fitted(width, height, paint)


def _tag(side: float) -> skia.Path:
    half, near, far = side / 2, side * _CORNER, side * _FAR_CORNER
    shape = skia.RRect()
    corners = [(near, near), (near, near), (near, near), (far, far)]
    shape.setRectRadii(skia.Rect.MakeLTRB(-half, -half, half, half), corners)
    path = skia.Path()
    path.setFillType(skia.PathFillType.kEvenOdd)
    path.addRRect(shape)
    path.addCircle(-side * _HOLE_AT, -side * _HOLE_AT, side * _HOLE_RADIUS)
    return path
