"""Pictures that rise over a lower edge, or stand on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.clipping import draw_clipped
from og_render.layout.shapes import fill
from og_render.pictures.opening import Picture
from og_render.text.typesetting import Typesetter

# A strip is shown as this much of a picture, its sides cut off.
_RATIO_MIN = 0.5


@dataclass(frozen=True)
class Rising:
    """A picture in a frame with round upper corners; of a high one the top is shown.

    It takes what height there is; with less than height_min it is left out.
    """

    picture: Picture
    width: float
    frame: Color
    frame_px: float = 10
    radius: float = 26
    height_min: float = 120

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the height that is left."""
        del setter
        wide = min(self.width, width)
        inner_px = round(wide - 2 * self.frame_px)
        across, down = self.picture.size
        whole_px = inner_px * max(down / across, _RATIO_MIN)
        high = min(height, whole_px + self.frame_px)
        if high < self.height_min:
            return None
        seen_px = round(high - self.frame_px)
        upper = self.picture.image.crop((0, 0, across, min(down, -(-seen_px * across // inner_px))))
        image = replace(self.picture, image=upper).covering(inner_px, seen_px)

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            x, y = round(x), round(y)
            frame = skia.Rect.MakeXYWH(x, y, wide, high)
            canvas.drawRRect(_dome(frame, self.radius), fill(self.frame))
            left, top = x + self.frame_px, y + self.frame_px
            seen = skia.Rect.MakeXYWH(left, top, inner_px, seen_px)
            draw_clipped(canvas, image, _dome(seen, self.radius - self.frame_px))

        return Fitted(wide, high, paint)


@dataclass(frozen=True)
class Standing:
    """A whole picture, as large as the room lets it be; with less than height_min left out."""

    picture: Picture
    width: float
    height_min: float = 120

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the size of the picture in the room there is."""
        del setter
        if height < self.height_min:
            return None
        image = self.picture.within(round(min(self.width, width)), int(height))

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.drawImage(image, round(x), round(y))

        return Fitted(image.width(), image.height(), paint)


def _dome(rect: skia.Rect, radius: float) -> skia.RRect:
    shape = skia.RRect()
    shape.setRectRadii(rect, [(radius, radius), (radius, radius), (0, 0), (0, 0)])
    return shape
