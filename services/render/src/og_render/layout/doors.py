"""A door that stands open."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

# Of the doorway's width: how far the open leaf comes out, how much lower its free edge hangs,
# and where on the leaf the knob is and how large.
_LEAF_OUT, _LEAF_DROP = 0.42, 0.2
_KNOB_IN, _KNOB_DOWN, _KNOB_RADIUS = 0.09, 0.95, 0.035


@dataclass(frozen=True)
class OpenDoor:
    """A doorway to stand on the lower edge of a card, its leaf opened to the start."""

    light: Color
    leaf: Color
    knob: Color
    edge: Color | None
    width_px: float
    height_px: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the width of doorway and leaf, and the height it has."""
        out = self.width_px * _LEAF_OUT
        wide = self.width_px + out
        high = min(self.height_px, height)
        del width

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.save()
            if setter.right_to_left:
                canvas.translate(2 * x + wide, 0)
                canvas.scale(-1, 1)
            top, bottom, hinge = y, y + high, x + out
            doorway = skia.Rect.MakeLTRB(hinge, top, x + wide, bottom)
            canvas.drawRect(doorway, fill(self.light))
            if self.edge is not None:
                canvas.drawRect(doorway, stroke(self.edge, 2))
            self._draw_leaf(canvas, x, hinge, top, bottom)
            canvas.restore()

        return Fitted(wide, high, paint)

    def _draw_leaf(
        self, canvas: skia.Canvas, free: float, hinge: float, top: float, bottom: float
    ) -> None:
        drop = self.width_px * _LEAF_DROP
        leaf = skia.Path()
        leaf.moveTo(hinge, top)
        leaf.lineTo(free, top + drop)
        leaf.lineTo(free, bottom + drop)
        leaf.lineTo(hinge, bottom)
        leaf.close()
        canvas.drawPath(leaf, fill(self.leaf))
        knob_x = free + self.width_px * _KNOB_IN
        knob_y = top + drop + self.width_px * _KNOB_DOWN
        canvas.drawCircle(knob_x, knob_y, self.width_px * _KNOB_RADIUS, fill(self.knob))
