"""Slanting folds, as of paper, over a ground."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill
from og_render.text.typesetting import Typesetter


@dataclass(frozen=True)
class Folds:
    """Faint layers over each other, each from a slanting edge to the end of the card."""

    shade: Color
    alpha: float = 0.09
    starts: tuple[float, ...] = (0.50, 0.66, 0.82)
    """Where the edges meet the middle of the card, as shares of its width."""
    slant: float = 0.42
    """How far an edge leans towards the end at the top, as a share of the height."""

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        lean = self.slant * height / 2
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.save()
            if backwards:
                canvas.translate(2 * x + width, 0)
                canvas.scale(-1, 1)
            for start in self.starts:
                edge = x + start * width
                path = skia.Path()
                path.moveTo(edge + lean, y)
                path.lineTo(x + width + lean, y)
                path.lineTo(x + width + lean, y + height)
                path.lineTo(edge - lean, y + height)
                path.close()
                canvas.drawPath(path, fill(self.shade, self.alpha))
            canvas.restore()

        return Fitted(width, height, paint)
