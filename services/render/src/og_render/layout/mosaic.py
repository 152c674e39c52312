"""A pattern of quarter discs that stands where a picture is missing."""

from __future__ import annotations

import random
from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill
from og_render.text.typesetting import Typesetter

_QUARTERS = 4
# One in this many tiles is left empty: the pattern breathes.
_EMPTY_ONE_IN = 7


@dataclass(frozen=True)
class Mosaic:
    """Square tiles, each with a quarter disc; equal seeds give equal patterns."""

    seed: str
    tile: float
    ground: Color
    colors: tuple[Color, ...]

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        del setter

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            chance = random.Random(self.seed.encode(errors="surrogatepass"))  # noqa: S311 - a pattern, not a secret
            canvas.save()
            canvas.clipRect(skia.Rect.MakeXYWH(x, y, width, height))
            canvas.drawRect(skia.Rect.MakeXYWH(x, y, width, height), fill(self.ground))
            for row in range(-(-int(height) // int(self.tile))):
                for column in range(-(-int(width) // int(self.tile))):
                    left, top = x + column * self.tile, y + row * self.tile
                    self._draw_tile(canvas, chance, left, top)
            canvas.restore()

        return Fitted(width, height, paint)

    def _draw_tile(
        self, canvas: skia.Canvas, chance: random.Random, left: float, top: float
    ) -> None:
        color = chance.choice(self.colors)
        corner = chance.randrange(_QUARTERS)
        if chance.randrange(_EMPTY_ONE_IN) == 0:
            return
        middle_x = left + self.tile * (corner % 2)
        middle_y = top + self.tile * (corner // 2)
        canvas.save()
        canvas.clipRect(skia.Rect.MakeXYWH(left, top, self.tile, self.tile))
        canvas.drawCircle(middle_x, middle_y, self.tile, fill(color))
        canvas.restore()
