"""Writes lossy WebP files (RFC 9649)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from og_render.encoding import lossy

# Of 0 to 6: a seventh smaller than 1 in 1.3 times its time; 4 saves 3 % more in twice the time.
_METHOD = 2


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """Encode rows of RGBA, ignoring alpha."""
    return lossy.encode(pixels, "WEBP", method=_METHOD)
