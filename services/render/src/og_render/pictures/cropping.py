"""Chooses the part of a picture that is shown where its proportions do not suit its place.

What stands out from the picture's mean colour is salient (Achanta et al., "Frequency-tuned Salient
Region Detection", 2009), and so are contours. The window that holds most of it wins, pulled towards
the middle, since photographers put their subject there, and in tall pictures towards the heads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Window = tuple[float, float, float, float]
"""Left, top, right and bottom edge, px."""

_SAMPLE_PX = 64
# With less to choose from than this share of the picture, the middle is as good.
_CHOICE_MIN = 0.06
_CONTOUR_WEIGHT = 1.5
# What a window at the far end of its way must hold more than one in the preferred place.
_PULL = 0.35
_MIDDLE, _UPPER = 0.5, 0.3
_TALL_FROM = 1.15


def window(image: Image.Image, width: int, height: int) -> Window:
    """Find the window with the proportions of width x height, as large as can be."""
    scale = min(image.width / width, image.height / height)
    wide, high = width * scale, height * scale
    left, top = (image.width - wide) / 2, (image.height - high) / 2
    if left > image.width * _CHOICE_MIN / 2:
        left = _best_start(_interest(image).sum(axis=0), wide / image.width, _MIDDLE, image.width)
    elif top > image.height * _CHOICE_MIN / 2:
        preferred = _UPPER if image.height > _TALL_FROM * image.width else _MIDDLE
        top = _best_start(
            _interest(image).sum(axis=1), high / image.height, preferred, image.height
        )
    # Products of fractions end a hair beyond the picture, which cannot be cropped to that.
    return (
        max(left, 0.0),
        max(top, 0.0),
        min(left + wide, image.width),
        min(top + high, image.height),
    )


def _interest(image: Image.Image) -> NDArray[np.float32]:
    """Say how much each of at most 64 x 64 samples stands out; rows x columns."""
    scale = min(1.0, _SAMPLE_PX / max(image.size))
    size = (max(2, round(image.width * scale)), max(2, round(image.height * scale)))
    # Of twice as many pixels picked here and there, since reading them all takes long.
    picked = image.resize((2 * size[0], 2 * size[1]), Image.Resampling.NEAREST)
    sample = picked.reduce(2)
    if sample.mode == "CMYK":
        sample = sample.convert("RGB")
    colors: NDArray[np.float32] = np.asarray(sample)[..., :3].astype(np.float32)
    interest: NDArray[np.float32] = np.abs(colors - colors.mean(axis=(0, 1))).sum(axis=2)
    light = colors.sum(axis=2) * _CONTOUR_WEIGHT
    interest[:, 1:] += np.abs(np.diff(light, axis=1))
    interest[1:] += np.abs(np.diff(light, axis=0))
    return interest


def _best_start(interest: NDArray[np.float32], share: float, preferred: float, side: int) -> float:
    """Place a window of a share of the side, px, where it holds most; whole pixels."""
    count = len(interest)
    sums = np.concatenate([[0.0], np.cumsum(interest, dtype=np.float64)])
    places = np.linspace(0.0, 1.0, count)
    starts = places * (1 - share) * count
    held = np.interp(starts + share * count, np.arange(count + 1), sums)
    held -= np.interp(starts, np.arange(count + 1), sums)
    gain = held / max(sums[-1], 1.0) - _PULL * (2 * (places - preferred)) ** 2 * (1 - share)
    return float(round(places[int(gain.argmax())] * (1 - share) * side))
