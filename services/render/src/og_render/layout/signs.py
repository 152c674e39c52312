"""What code hosts count, and a tick, as signs that say the same in every language."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

# All signs are drawn on a square of this side and scaled.
_SIDE = 24.0
_LINE = 2.2


class Mark(Enum):
    """What is drawn."""

    STAR = "star"
    FORK = "fork"
    ISSUE = "issue"
    DOT = "dot"
    TICK = "tick"


@dataclass(frozen=True)
class Sign:
    """A mark in a square."""

    mark: Mark
    size_px: float
    color: Color

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has."""
        del setter, width, height

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            pen = fill(self.color) if self.mark is Mark.DOT else stroke(self.color, _LINE)
            pen.setStrokeJoin(skia.Paint.kRound_Join)
            pen.setStrokeCap(skia.Paint.kRound_Cap)
            canvas.save()
            canvas.translate(x, y)
            canvas.scale(self.size_px / _SIDE, self.size_px / _SIDE)
            canvas.drawPath(_path(self.mark), pen)
            canvas.restore()

        return Fitted(self.size_px, self.size_px, paint)


def _path(mark: Mark) -> skia.Path:
    path = skia.Path()
    match mark:
        case Mark.STAR:
            path.addPoly([_corner(number) for number in range(10)], close=True)
        case Mark.FORK:
            for x, y in ((6, 5), (18, 5), (12, 19.5)):
                path.addCircle(x, y, 2.6)
            for x in (6, 18):
                path.moveTo(x, 7.6)
                path.cubicTo(x, 13, 12, 9, 12, 16.9)
        case Mark.ISSUE:
            path.addCircle(12, 12, 9.4)
            path.addCircle(12, 12, 1.3)
        case Mark.DOT:
            path.addCircle(12, 12, 8)
        case Mark.TICK:
            path.moveTo(5, 12.5)
            path.lineTo(10, 17.5)
            path.lineTo(19.5, 7)
    return path


def _corner(number: int) -> skia.Point:
    """Give a corner of a star, from its top on; every other one lies inside."""
    radius = 4.6 if number % 2 else 10.4
    angle = math.pi * number / 5 - math.pi / 2
    return skia.Point(12 + radius * math.cos(angle), 12.8 + radius * math.sin(angle))
