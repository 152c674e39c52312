"""A stamp of value: a scalloped disc with a few words in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node
from og_render.layout.shapes import fill
from og_render.text.typesetting import Typesetter

_LOBES = 22
_LOBE_OVERLAP = 1.12
_TILT_DEGREES = -8
# The words stand in a box inside the disc: its sides as shares of the diameter.
_INNER_WIDTH, _INNER_HEIGHT = 0.74, 0.56


@dataclass(frozen=True)
class Seal:
    """A node in the middle of a scalloped disc, tilted as a stamp is."""

    node: Node
    diameter: float
    color: Color
    edge: Color | None = None
    edge_px: float = 0

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take its diameter; nothing where the node does not fit into it."""
        side = min(self.diameter, width, height)
        inner = self.node.fit(setter, side * _INNER_WIDTH, side * _INNER_HEIGHT)
        if inner is None:
            return None
        tilt = -_TILT_DEGREES if setter.right_to_left else _TILT_DEGREES

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.save()
            canvas.translate(x + side / 2, y + side / 2)
            canvas.rotate(tilt)
            if self.edge is not None:
                canvas.drawPath(_scalloped(side / 2), fill(self.edge))
            canvas.drawPath(_scalloped(side / 2 - self.edge_px), fill(self.color))
            inner.paint(canvas, -inner.width / 2, -inner.height / 2)
            canvas.restore()

        return Fitted(side, side, paint)


def _scalloped(radius: float) -> skia.Path:
    half = math.sin(math.pi / _LOBES)
    lobe = _LOBE_OVERLAP * radius * half / (1 + half)
    path = skia.Path()
    path.addCircle(0, 0, radius - lobe)
    for number in range(_LOBES):
        angle = 2 * math.pi * number / _LOBES
        path.addCircle((radius - lobe) * math.cos(angle), (radius - lobe) * math.sin(angle), lobe)
    return path
