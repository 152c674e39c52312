"""Gradient grounds, computed in floating point and dithered, so that no bands show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from og_render.color.colors import Color, from_oklch, to_oklch
from og_render.color.palettes import Theme

MAX_CACHED_BACKGROUNDS = 8

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Gradient:
    """From the lower start corner to the upper end corner, over a middle colour."""

    near: Color
    middle: Color
    far: Color

    @property
    def colors(self) -> tuple[Color, ...]:
        """The extremes: every pixel lies between them."""
        return (self.near, self.middle, self.far)


def gradient_of(theme: Theme, accent: Color) -> Gradient:
    """Derive the gradient of an accent: pale in the light theme, deep in the dark one."""
    tone = to_oklch(accent)
    turn = 0.55
    if theme is Theme.DARK:
        return Gradient(
            near=from_oklch(0.155, min(tone.chroma, 0.03), tone.hue),
            middle=from_oklch(0.21, min(tone.chroma, 0.065), tone.hue),
            far=from_oklch(0.37, min(tone.chroma, 0.125), tone.hue + turn * 0.4),
        )
    return Gradient(
        near=from_oklch(0.993, min(tone.chroma, 0.004), tone.hue),
        middle=from_oklch(0.965, min(tone.chroma, 0.022), tone.hue),
        far=from_oklch(0.875, min(tone.chroma, 0.085), tone.hue + turn),
    )


@lru_cache(MAX_CACHED_BACKGROUNDS)
def gradient_pixels(gradient: Gradient, size: tuple[int, int], *, is_mirrored: bool) -> Pixels:
    """Draw the ground, RGBA rows of size px. The result is shared: copy it before drawing on it."""
    width, height = size
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(1, 0, height, dtype=np.float32)[:, None]
    if is_mirrored:
        x = 1 - x
    along = (0.62 * x + 0.38 * y) ** 1.25
    stops = np.array([_channels(color) for color in gradient.colors], dtype=np.float32)
    first = np.clip(along * 2, 0, 1)[..., None]
    second = np.clip(along * 2 - 1, 0, 1)[..., None]
    smooth = second * second * (3 - 2 * second)
    values = stops[0] + (stops[1] - stops[0]) * first + (stops[2] - stops[1]) * smooth
    pixels = np.full((height, width, 4), 255, dtype=np.uint8)
    pixels[..., :3] = np.floor(values + _thresholds(size))
    pixels.setflags(write=False)
    return pixels


def _channels(color: Color) -> tuple[int, int, int]:
    return color.red, color.green, color.blue


def _thresholds(size: tuple[int, int]) -> NDArray[np.float32]:
    """Tile an ordered dither over the card: four steps between two values, no band left to see.

    Two by two and no larger: deflate then finds the same bytes again and again, and a gradient
    costs little more than half of what a four by four dither costs (measured: 79 kB to 129 kB).
    """
    tile = np.array([[0.125, 0.625], [0.875, 0.375]], dtype=np.float32)
    return np.tile(tile, (size[1] // 2, size[0] // 2))[:, :, None]
