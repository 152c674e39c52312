"""Folded sheets in a corner of the card."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill
from og_render.text.typesetting import Typesetter

_LARGEST_SHARE, _SMALLEST_SHARE = 0.98, 0.32


@dataclass(frozen=True)
class Folds:
    """Triangles over each other in the lower end corner, from the largest to the smallest.

    Of plain colours and cut at 45 degrees, so that a row is the one above it, moved by a pixel:
    over a gradient they cost next to no bytes, where see-through ones cost more than all else.
    """

    colors: tuple[Color, ...]

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        step = (_LARGEST_SHARE - _SMALLEST_SHARE) / max(1, len(self.colors) - 1)
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            corner_x, inward = (x, 1) if backwards else (x + width, -1)
            bottom = y + height
            for number, color in enumerate(self.colors):
                leg = round(min(width, height) * (_LARGEST_SHARE - number * step))
                path = skia.Path()
                path.moveTo(corner_x, bottom)
                path.lineTo(corner_x + inward * leg, bottom)
                path.lineTo(corner_x, bottom - leg)
                path.close()
                canvas.drawPath(path, fill(color))

        return Fitted(width, height, paint)
