"""The edge of a world, over which something rises."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill
from og_render.text.typesetting import Typesetter

# Of the width: how far the world's edge bends down towards the sides of the card.
BEND = 0.042


@dataclass(frozen=True)
class Horizon:
    """A curved horizon under a rim of light, so high at the sides, with half a sun behind it."""

    land: Color
    rim: Color
    sun: Color
    side_px: float
    rim_px: float
    sun_px: float = 0

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        del setter
        bend = width * BEND
        radius = (width * width / 4 + bend * bend) / (2 * bend)
        crest = height - self.side_px - bend

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            middle, center = x + width / 2, y + crest + radius
            canvas.save()
            canvas.clipRect(skia.Rect.MakeXYWH(x, y, width, height))
            if self.sun_px:
                canvas.drawCircle(middle, y + crest, self.sun_px / 2, fill(self.sun))
            canvas.drawCircle(middle, center, radius + self.rim_px, fill(self.rim))
            canvas.drawCircle(middle, center, radius, fill(self.land))
            canvas.restore()

        return Fitted(width, height, paint)
