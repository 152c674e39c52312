"""A dark veil over a photo, so that white text is read on it whatever the photo shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import skia

from og_render.color.colors import WHITE, Color, contrast, mix
from og_render.layout.boxes import Fitted, Node
from og_render.text.typesetting import Typesetter

# More than text needs, so that greyed text is still read where the photo is white.
WHITE_TEXT_CONTRAST_MIN = 7.0
MAX_CACHED_VEILS = 256
_FADE_SHARE = 0.32
_ALPHA_AT_BOTTOM = 0.90
_ALPHAS = 255


@dataclass(frozen=True)
class Scrim:
    """A node at the bottom of the space, over a veil that is dense from the node's top down.

    The veil fades out above the node, so that short texts leave more of the photo clear.
    """

    node: Node
    color: Color
    alpha_above: float
    """How opaque it is where it has faded out, 0 to 1."""

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node and take the whole space."""
        inner = self.node.fit(setter, width, height)
        top = height - (inner.height if inner else 0)
        shift = width - inner.width if inner and setter.right_to_left else 0

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            veil = skia.Paint()
            for row, rows, alpha in _bands(self._alphas(top, height)):
                veil.setColor(self.color.with_alpha(alpha))
                canvas.drawRect(skia.Rect.MakeXYWH(x, y + row, width, rows), veil)
            if inner is not None:
                inner.paint(canvas, x + shift, y + top)

        return Fitted(width, height, paint)

    def _alphas(self, top: float, height: float) -> Iterator[float]:
        """Give the density of every row."""
        dense = dense_alpha(self.color)
        deep = max(dense, _ALPHA_AT_BOTTOM)
        for row in range(round(height)):
            if row >= top:
                yield dense + (deep - dense) * (row - top) / (height - top)
            else:
                near = max(0.0, 1 - (top - row) / (_FADE_SHARE * height))
                yield self.alpha_above + (dense - self.alpha_above) * _smooth(near)


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)


@lru_cache(MAX_CACHED_VEILS)
def dense_alpha(color: Color) -> float:
    """Give how opaque the veil must be under text, 0 to 1, for a photo that is plain white."""
    for step in range(_ALPHAS):
        if contrast(WHITE, veiled_white(color, step / _ALPHAS)) >= WHITE_TEXT_CONTRAST_MIN:
            return step / _ALPHAS
    return 1.0


def veiled_white(color: Color, alpha: float) -> Color:
    """Give the brightest that shows through a veil."""
    return mix(WHITE, color, alpha)


def _bands(alphas: Iterator[float]) -> Iterator[tuple[int, int, float]]:
    """Give bands of equal density from the top down: first row, number of rows, alpha.

    Bands and no gradient: a shader costs ten times what they cost.
    """
    start = 0
    for level, rows in groupby(round(alpha * _ALPHAS) for alpha in alphas):
        count = sum(1 for _ in rows)
        yield start, count, level / _ALPHAS
        start += count
