"""A node that hangs from the card's upper edge."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

_THREAD_PX = 2


@dataclass(frozen=True)
class Hanging:
    """A node in the middle of the space, under a thread from the upper edge with a weight on it.

    The thread is as long as the node leaves it, so that every text has another picture. `below`
    is kept free at the lower edge, px.
    """

    node: Node
    thread: Color
    weight: Color
    weight_edge: Color | None = None
    weight_px: float = 22
    gap: float = 40
    below: float = 0
    thread_min: float = 36

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node into what the shortest thread leaves; take the whole space."""
        above = self.thread_min + self.weight_px + self.gap
        inner = self.node.fit(setter, width, height - above - self.below)
        if inner is None:
            return None
        middle_top = (height - inner.height) / 2
        top = max(above, min(middle_top, height - self.below - inner.height))
        radius = self.weight_px / 2
        weight_y = top - self.gap - radius

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            middle = x + width / 2
            left = middle - _THREAD_PX / 2
            line = skia.Rect.MakeXYWH(left, y, _THREAD_PX, weight_y - radius)
            canvas.drawRect(line, fill(self.thread))
            canvas.drawCircle(middle, y + weight_y, radius, fill(self.weight))
            if self.weight_edge is not None:
                canvas.drawCircle(middle, y + weight_y, radius, stroke(self.weight_edge, 2))
            inner.paint(canvas, x + (width - inner.width) / 2, y + top)

        return Fitted(width, height, paint)
