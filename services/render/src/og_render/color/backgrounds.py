"""What cards are drawn on: rows of one colour, or of a gradient in few colours without bands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from og_render.color.colors import Color
from og_render.color.grounds import Backdrop, Gradient

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]

MAX_CACHED_BACKGROUNDS = 12
# Steps of a gradient; what is drawn on it has the other colours of a palette of 256.
GRADIENT_STEPS = 80
# Steps on both sides that a moving average takes in.
_ROUNDING = 12
PADDING_PX = 1
# Two by two and no larger: bytes then repeat every second row, and compress to nothing.
_DITHER = np.array([[0.125, 0.625], [0.875, 0.375]])


@dataclass(frozen=True)
class Background:
    """A ground before anything is drawn on it; shared, so neither array may be written to.

    Rows are one pixel wider than the card: the last one is never seen. It stands where a PNG has
    the filter of the next row, so that rows need not be moved to be encoded.
    """

    words: Words
    """(height, width + 1), RGBA in the order of bytes."""
    indices: Bytes
    """The same as indices into colors."""
    colors: Bytes
    """(at most GRADIENT_STEPS, 3), RGB."""


@lru_cache(MAX_CACHED_BACKGROUNDS)
def background(backdrop: Backdrop, size: tuple[int, int], *, is_mirrored: bool) -> Background:
    """Draw a ground of size px."""
    width, height = size
    if isinstance(backdrop, Gradient):
        colors, indices = _blend(backdrop), _steps(width, height, is_mirrored=is_mirrored)
    else:
        colors = _channels(backdrop).astype(np.uint8)[None]
        indices = np.zeros((height, width), dtype=np.uint8)
    indices = np.pad(indices, ((0, 0), (0, PADDING_PX)))
    opaque = np.full((len(colors), 1), 255, dtype=np.uint8)
    palette = np.hstack([colors, opaque]).view("<u4")[:, 0]
    words = palette[indices]
    for array in (words, indices, colors):
        array.setflags(write=False)
    return Background(words, indices, colors)


def _blend(gradient: Gradient) -> Bytes:
    """Give the colours from the first stop over the second to the last.

    The corner at the second is rounded by a moving average, or an eye would see it as a line.
    """
    stops = np.array([_channels(color) for color in gradient.stops])
    at = np.linspace(0, len(stops) - 1, GRADIENT_STEPS)
    straight = np.stack([np.interp(at, range(len(stops)), channel) for channel in stops.T], axis=1)
    padded = np.pad(straight, ((_ROUNDING, _ROUNDING), (0, 0)), "reflect", reflect_type="odd")
    window = np.ones(2 * _ROUNDING + 1) / (2 * _ROUNDING + 1)
    rounded = [np.convolve(channel, window, "valid") for channel in padded.T]
    return np.clip(np.round(np.stack(rounded, axis=1)), 0, 255).astype(np.uint8)


def _steps(width: int, height: int, *, is_mirrored: bool) -> Bytes:
    """Give each pixel's step, dithered, from the lower start corner to the upper end corner.

    At 45 degrees exactly, so that a row is the one two above it, moved by two pixels: deflate
    finds all of it again. A gradient costs 11 kB where one of another angle costs 80.
    """
    x = np.arange(width)[None, ::-1] if is_mirrored else np.arange(width)[None]
    y = np.arange(height)[::-1, None]
    along = (x + y) / (width + height - 2) * (GRADIENT_STEPS - 1)
    tiles = (-(-height // 2), -(-width // 2))
    thresholds = np.tile(_DITHER, tiles)[:height, :width]
    steps: Bytes = np.floor(along + thresholds).astype(np.uint8)
    return steps


def _channels(color: Color) -> NDArray[np.float64]:
    return np.array((color.red, color.green, color.blue), dtype=np.float64)
