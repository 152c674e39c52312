"""Pictures with round corners."""

from __future__ import annotations

import math

import skia

_CORNERS = skia.RRect.Corner
_UPPER = (_CORNERS.kUpperLeft_Corner, _CORNERS.kUpperRight_Corner)
_LOWER = (_CORNERS.kLowerLeft_Corner, _CORNERS.kLowerRight_Corner)


def draw_clipped(canvas: skia.Canvas, image: skia.Image, shape: skia.RRect) -> None:
    """Draw an image at the upper left corner of a shape whose edges are whole pixels, inside it.

    Only the bands with corners are drawn through a smooth mask: it makes each pixel cost a hundred
    times what copying costs (measured: 2.8 ms for a photograph, 0.02 without).
    """
    rect = shape.rect()
    upper, lower = (
        math.ceil(max(shape.radii(corner).y() for corner in corners))
        for corners in (_UPPER, _LOWER)
    )
    middle_top = min(rect.top() + upper, rect.bottom())
    middle_bottom = max(rect.bottom() - lower, middle_top)
    edges = (rect.top(), middle_top, middle_bottom, rect.bottom())
    for top, bottom, is_round in zip(edges, edges[1:], (True, False, True), strict=False):
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(rect.left(), top, rect.right(), bottom))
        if is_round:
            canvas.clipRRect(shape, doAntiAlias=True)
        canvas.drawImage(image, rect.left(), rect.top())
        canvas.restore()
