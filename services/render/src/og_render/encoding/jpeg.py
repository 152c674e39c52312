"""Writes baseline JPEG files (ITU-T T.81), which every site can read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from og_render.encoding import lossy


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """Encode rows of RGBA, ignoring alpha; colour is as sharp as light, for coloured letters."""
    return lossy.encode(pixels, "JPEG", subsampling="4:4:4")
