"""A line through what no longer holds."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node
from og_render.layout.shapes import stroke
from og_render.text.typesetting import Typesetter

# Of the height of a line: where digits have their middle, how thick, and how far out it reaches.
_MIDDLE, _THICKNESS, _OVERHANG = 0.51, 0.06, 0.08


@dataclass(frozen=True)
class Struck:
    """One line of text, struck out."""

    node: Node
    color: Color

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node."""
        inner = self.node.fit(setter, width, height)
        if inner is None:
            return None

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            inner.paint(canvas, x, y)
            level, out = y + inner.height * _MIDDLE, inner.height * _OVERHANG
            line = stroke(self.color, inner.height * _THICKNESS)
            canvas.drawLine(x - out, level, x + inner.width + out, level, line)

        return Fitted(inner.width, inner.height, paint)
