"""Sound as bars, and the button that plays it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

_LOWEST = 0.12


@dataclass(frozen=True)
class Waveform:
    """Bars of a sound as wide as the space; those that were played stand out."""

    height: float
    bar_px: float
    played: Color
    rest: Color
    played_share: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take all the width, with whole bars."""
        del height
        pitch = 2 * self.bar_px
        count = int((width + self.bar_px) // pitch)
        if count < 1:
            return None
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            for number in range(count):
                high = max(self.bar_px, self.height * loudness(number))
                left = x + number * pitch
                if backwards:
                    left = x + width - number * pitch - self.bar_px
                top = y + (self.height - high) / 2
                color = self.played if number < count * self.played_share else self.rest
                bar = skia.Rect.MakeXYWH(left, top, self.bar_px, high)
                canvas.drawRoundRect(bar, self.bar_px / 2, self.bar_px / 2, fill(color))

        return Fitted(width, self.height, paint)


@dataclass(frozen=True)
class PlayButton:
    """A disc with a triangle on it."""

    size_px: float
    color: Color
    sign: Color
    edge: Color | None = None

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has. It is not mirrored: players are not."""
        del setter, width, height

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            half = self.size_px / 2
            canvas.drawCircle(x + half, y + half, half, fill(self.color))
            if self.edge is not None:
                canvas.drawCircle(x + half, y + half, half, stroke(self.edge, 1.5))
            # Its centre of gravity, not its box, stands in the middle.
            reach = half * 0.46
            corners = [(-reach / 2, -reach * 0.87), (reach, 0), (-reach / 2, reach * 0.87)]
            points = [skia.Point(x + half + right, y + half + down) for right, down in corners]
            triangle = skia.Path()
            triangle.addPoly(points, close=True)
            sign = fill(self.sign)
            sign.setPathEffect(skia.CornerPathEffect.Make(reach * 0.16))
            canvas.drawPath(triangle, sign)

        return Fitted(self.size_px, self.size_px, paint)


def loudness(number: int) -> float:
    """Give how loud a bar is, 0 to 1: waves over each other, which no eye finds a period in."""
    waves = (
        math.sin(number * 0.31 + 0.4) * 0.35
        + math.sin(number * 1.13) * 0.35
        + math.sin(number * 2.41 + 1.3) * 0.3
    )
    return _LOWEST + (1 - _LOWEST) * abs(waves)
