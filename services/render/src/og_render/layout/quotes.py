"""Quotation marks as shapes, and the bubble of what is said."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

# One mark in units of its width: a drop whose tail rises to the end, as in “.
_TAIL = (0.92, 0.0)
_DROP = (
    (0.36, 0.17, 0.0, 0.52, 0.0, 0.93),
    (0.0, 1.19, 0.2, 1.38, 0.455, 1.38),
    (0.71, 1.38, 0.91, 1.18, 0.91, 0.93),
    (0.91, 0.69, 0.73, 0.5, 0.47, 0.5),
    (0.55, 0.34, 0.75, 0.21, 1.0, 0.13),
)
_MARK_HEIGHT = 1.38
_MARKS_WIDTH = 2.16
_SECOND_MARK = 1.16
_EDGE_PX = 1.5


@dataclass(frozen=True)
class QuoteMarks:
    """Two marks: the opening ones, or the closing ones; mirrored where text runs backwards."""

    color: Color
    height: float
    is_closing: bool = False
    alpha: float = 1.0
    edge: Color | None = None

    @property
    def width(self) -> float:
        """Width, px."""
        return self.height / _MARK_HEIGHT * _MARKS_WIDTH

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has."""
        del width, height
        unit = self.height / _MARK_HEIGHT
        marks = skia.Path()
        marks.addPath(_mark(0))
        marks.addPath(_mark(_SECOND_MARK))
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.save()
            canvas.translate(x + self.width / 2, y + self.height / 2)
            canvas.scale(-unit if backwards else unit, unit)
            if self.is_closing:
                canvas.rotate(180)
            canvas.translate(-_MARKS_WIDTH / 2, -_MARK_HEIGHT / 2)
            canvas.drawPath(marks, fill(self.color, self.alpha))
            if self.edge is not None:
                canvas.drawPath(marks, stroke(self.edge, _EDGE_PX / unit))
            canvas.restore()

        return Fitted(self.width, self.height, paint)


@dataclass(frozen=True)
class Bubble:
    """A node in a speech bubble as wide as the space, with a tail down at its start."""

    node: Node
    color: Color
    edge: Color | None
    pad_x: float
    pad_y: float
    radius: float
    tail_start: float
    """From the start edge to the tail's tip, px."""
    tail_px: float
    """How far the tail reaches down; 0: no tail."""

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node and draw the bubble around it."""
        across, down = width - 2 * self.pad_x, height - 2 * self.pad_y - self.tail_px
        inner = self.node.fit(setter, across, down)
        if inner is None:
            return None
        high = inner.height + 2 * self.pad_y
        backwards = setter.right_to_left
        shift = across - inner.width if backwards else 0

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            tip = x + width - self.tail_start if backwards else x + self.tail_start
            shape = self._outline(skia.Rect.MakeXYWH(x, y, width, high), tip)
            canvas.drawPath(shape, fill(self.color))
            if self.edge is not None:
                canvas.drawPath(shape, stroke(self.edge, 1))
            inner.paint(canvas, x + self.pad_x + shift, y + self.pad_y)

        return Fitted(width, high + self.tail_px, paint)

    def _outline(self, rect: skia.Rect, tip: float) -> skia.Path:
        body, tail = skia.Path(), skia.Path()
        body.addRoundRect(rect, self.radius, self.radius)
        bottom, reach = rect.bottom(), self.tail_px
        # The tail leans away from the card's edge and starts within the body.
        inwards = 1 if tip < rect.centerX() else -1
        points = [(tip, bottom + reach), (tip, bottom - 1), (tip + inwards * reach, bottom - 1)]
        tail.addPoly([skia.Point(*point) for point in points], close=True)
        return skia.Op(body, tail, skia.PathOp.kUnion_PathOp) if reach else body


def _mark(left: float) -> skia.Path:
    path = skia.Path()
    path.moveTo(*_TAIL)
    for curve in _DROP:
        path.cubicTo(*curve)
    path.close()
    path.offset(left, 0)
    return path
