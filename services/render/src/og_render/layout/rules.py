"""Lines that lead the eye down a card."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter


@dataclass(frozen=True)
class SideRule:
    """A node beside a bar of its own height, which stands at the card's start."""

    node: Node
    color: Color
    width: float
    gap: float
    edge: Color | None = None
    """Drawn around the bar, where its colour would be lost."""

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node into what the bar leaves."""
        inset = self.width + self.gap
        inner = self.node.fit(setter, width - inset, height)
        if inner is None:
            return None
        total = inner.width + inset
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            left = x + total - self.width if backwards else x
            bar = skia.Rect.MakeXYWH(left, y, self.width, inner.height)
            canvas.drawRoundRect(bar, self.width / 2, self.width / 2, fill(self.color))
            if self.edge is not None:
                canvas.drawRoundRect(bar, self.width / 2, self.width / 2, stroke(self.edge, 1))
            inner.paint(canvas, x if backwards else x + inset, y)

        return Fitted(total, inner.height, paint)


@dataclass(frozen=True)
class Chevron:
    """A small arrowhead that points on in the card's direction."""

    size_px: float
    color: Color
    line_px: float = 3

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take half the size across."""
        del width, height
        half = self.size_px / 2
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            tip, back = (x, x + half) if backwards else (x + half, x)
            line = skia.Path()
            line.moveTo(back, y)
            line.lineTo(tip, y + half)
            line.lineTo(back, y + self.size_px)
            pen = stroke(self.color, self.line_px)
            pen.setStrokeCap(skia.Paint.kRound_Cap)
            pen.setStrokeJoin(skia.Paint.kRound_Join)
            canvas.drawPath(line, pen)

        return Fitted(half, self.size_px, paint)
