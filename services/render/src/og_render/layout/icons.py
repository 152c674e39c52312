"""Small line drawings that say what a short text is: known in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node
from og_render.layout.shapes import stroke
from og_render.text.typesetting import Typesetter

# Icons are drawn on a square of so many units and scaled to their size.
_UNITS = 24
_LINE_UNITS = 2


def _clock() -> skia.Path:
    path = skia.Path()
    path.addCircle(12, 12, 9)
    path.moveTo(12, 7)
    path.lineTo(12, 12)
    path.lineTo(15.5, 14)
    return path


def _pin() -> skia.Path:
    path = skia.Path()
    path.moveTo(12, 21.5)
    path.cubicTo(8, 17, 5, 13.6, 5, 9.8)
    path.cubicTo(5, 5.9, 8.1, 2.8, 12, 2.8)
    path.cubicTo(15.9, 2.8, 19, 5.9, 19, 9.8)
    path.cubicTo(19, 13.6, 16, 17, 12, 21.5)
    path.close()
    path.addCircle(12, 9.8, 2.6)
    return path


def _person() -> skia.Path:
    path = skia.Path()
    path.addCircle(12, 7.8, 4.2)
    path.moveTo(4, 21)
    path.cubicTo(4, 17, 7.5, 15.2, 12, 15.2)
    path.cubicTo(16.5, 15.2, 20, 17, 20, 21)
    return path


def _briefcase() -> skia.Path:
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeLTRB(2.8, 7.5, 21.2, 20), 2.4, 2.4)
    path.moveTo(8.3, 7.5)
    path.lineTo(8.3, 5.4)
    path.quadTo(8.3, 3.8, 9.9, 3.8)
    path.lineTo(14.1, 3.8)
    path.quadTo(15.7, 3.8, 15.7, 5.4)
    path.lineTo(15.7, 7.5)
    path.moveTo(2.8, 13)
    path.lineTo(21.2, 13)
    return path


class Sign(Enum):
    """What a drawing stands for."""

    TIME = "time"
    PLACE = "place"
    PERSON = "person"
    WORK = "work"


_PATHS: dict[Sign, Callable[[], skia.Path]] = {
    Sign.TIME: _clock,
    Sign.PLACE: _pin,
    Sign.PERSON: _person,
    Sign.WORK: _briefcase,
}


@dataclass(frozen=True)
class Icon:
    """One drawing on a square."""

    sign: Sign
    size_px: float
    color: Color

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has."""
        del setter, width, height
        factor = self.size_px / _UNITS

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            paint = stroke(self.color, _LINE_UNITS)
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
            canvas.save()
            canvas.translate(x, y)
            canvas.scale(factor, factor)
            canvas.drawPath(_PATHS[self.sign](), paint)
            canvas.restore()

        return Fitted(self.size_px, self.size_px, paint)


@dataclass(frozen=True)
class Signed:
    """A node after an icon that says what it is; no icon where the node has nothing to show."""

    icon: Icon
    node: Node
    gap: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node into what the icon leaves; both stand in the middle of the line."""
        icon, aside = self.icon.fit(setter, width, height), self.icon.size_px + self.gap
        inner = self.node.fit(setter, width - aside, height)
        if inner is None or icon is None:
            return None
        high = max(inner.height, icon.height)
        icon_x, node_x = (inner.width + self.gap, 0.0) if setter.right_to_left else (0.0, aside)

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            icon.paint(canvas, x + icon_x, y + (high - icon.height) / 2)
            inner.paint(canvas, x + node_x, y + (high - inner.height) / 2)

        return Fitted(inner.width + aside, high, paint)
