"""Nodes that are drawn, not set: bars, frames, pictures, stars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node
from og_render.layout.clipping import draw_clipped
from og_render.pictures.opening import Picture
from og_render.text.typesetting import Typesetter

_STAR_POINTS = 5
_STAR_WAIST = 0.48
_STAR_CORNER_PX = 3


@dataclass(frozen=True)
class Bar:
    """A filled box with round corners."""

    width: float
    height: float
    color: Color
    radius: float = 0
    hairline: Color | None = None

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has, at most the room there is."""
        del setter
        wide, high = min(self.width, width), min(self.height, height)

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            rect = skia.Rect.MakeXYWH(x, y, wide, high)
            canvas.drawRoundRect(rect, self.radius, self.radius, fill(self.color))
            if self.hairline is not None:
                canvas.drawRoundRect(rect, self.radius, self.radius, stroke(self.hairline, 1))

        return Fitted(wide, high, paint)


@dataclass(frozen=True)
class Frame:
    """A node on a filled shape of its own; a radius over half its height makes it a pill."""

    node: Node
    fill: Color
    radius: float
    pad_x: float = 0
    pad_y: float = 0

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node and draw the shape around it."""
        inner = self.node.fit(setter, width - 2 * self.pad_x, height - 2 * self.pad_y)
        if inner is None:
            return None
        wide, high = inner.width + 2 * self.pad_x, inner.height + 2 * self.pad_y

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            rect = skia.Rect.MakeXYWH(x, y, wide, high)
            radius = min(self.radius, high / 2)
            canvas.drawRoundRect(rect, radius, radius, fill(self.fill))
            inner.paint(canvas, x + self.pad_x, y + self.pad_y)

        return Fitted(wide, high, paint)


@dataclass(frozen=True)
class Cover:
    """A picture that fills a box with round corners; a hairline keeps pale ones from bleeding."""

    picture: Picture
    width: float
    height: float
    radius: float
    hairline: Color | None = None

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has."""
        del setter, width, height
        image = self.picture.covering(round(self.width), round(self.height))

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            rect = skia.Rect.MakeXYWH(round(x), round(y), image.width(), image.height())
            shape = skia.RRect.MakeRectXY(rect, self.radius, self.radius)
            draw_clipped(canvas, image, shape)
            if self.hairline is not None:
                canvas.drawRRect(shape, stroke(self.hairline, 1))

        return Fitted(self.width, self.height, paint)


@dataclass(frozen=True)
class Inset:
    """A whole picture centred in a box."""

    picture: Picture
    width: float
    height: float
    radius: float = 0

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size it has."""
        del setter, width, height
        image = self.picture.within(round(self.width), round(self.height))

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            left = round(x + (self.width - image.width()) / 2)
            top = round(y + (self.height - image.height()) / 2)
            rect = skia.Rect.MakeXYWH(left, top, image.width(), image.height())
            draw_clipped(canvas, image, skia.RRect.MakeRectXY(rect, self.radius, self.radius))

        return Fitted(self.width, self.height, paint)


@dataclass(frozen=True)
class Stars:
    """A rating in stars, part stars cut at their share."""

    share: float
    count: int
    size_px: float
    color: Color
    empty_color: Color
    gap: float = 6

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size of the stars in a row."""
        del width, height
        wide = self.count * self.size_px + (self.count - 1) * self.gap
        lit = _lit_width(self.share * self.count, self.size_px, self.gap)
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            path = skia.Path()
            for number in range(self.count):
                left = x + number * (self.size_px + self.gap)
                path.addPath(_star(left + self.size_px / 2, y + self.size_px / 2, self.size_px))
            canvas.drawPath(path, _rounded(fill(self.empty_color)))
            start = x + wide - lit if backwards else x
            canvas.save()
            canvas.clipRect(skia.Rect.MakeXYWH(start, y, lit, self.size_px), doAntiAlias=True)
            canvas.drawPath(path, _rounded(fill(self.color)))
            canvas.restore()

        return Fitted(wide, self.size_px, paint)


def fill(color: Color, alpha: float = 1.0) -> skia.Paint:
    """Give a paint that fills."""
    return skia.Paint(Color=color.with_alpha(alpha), AntiAlias=True)


def stroke(color: Color, width: float, alpha: float = 1.0) -> skia.Paint:
    """Give a paint that draws lines, width in px."""
    paint = fill(color, alpha)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(width)
    return paint


def _rounded(paint: skia.Paint) -> skia.Paint:
    paint.setPathEffect(skia.CornerPathEffect.Make(_STAR_CORNER_PX))
    return paint


def _lit_width(stars: float, size_px: float, gap: float) -> float:
    whole = math.floor(stars)
    return whole * (size_px + gap) + (stars - whole) * size_px


def _star(center_x: float, center_y: float, size_px: float) -> skia.Path:
    path = skia.Path()
    for corner in range(_STAR_POINTS * 2):
        radius = size_px / 2 * (1 if corner % 2 == 0 else _STAR_WAIST)
        angle = math.pi * corner / _STAR_POINTS - math.pi / 2
        point = (center_x + radius * math.cos(angle), center_y + radius * math.sin(angle))
        if corner == 0:
            path.moveTo(*point)
        else:
            path.lineTo(*point)
    path.close()
    return path
