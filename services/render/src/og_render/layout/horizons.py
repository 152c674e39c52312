"""The edge of a world, over which something rises."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill
from og_render.text.typesetting import Typesetter

# Of the width: how far the world's edge bends down towards the sides of the card.
_BEND = 0.055


@dataclass(frozen=True)
class Horizon:
    """A curved horizon over the lower edge, with half a sun on it unless that has no size."""

    color: Color
    height_px: float
    sun: Color
    sun_px: float = 0

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        del setter
        bend = width * _BEND
        radius = (width * width / 4 + bend * bend) / (2 * bend)
        crest = height - self.height_px

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            middle = x + width / 2
            if self.sun_px:
                canvas.drawCircle(middle, y + crest, self.sun_px / 2, fill(self.sun))
            canvas.save()
            canvas.clipRect(skia.Rect.MakeXYWH(x, y, width, height))
            canvas.drawCircle(middle, y + crest + radius, radius, fill(self.color))
            canvas.restore()

        return Fitted(width, height, paint)
