"""The colours of small pictures: portraits and logos among letters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]

# Divides the sides of every card.
BLOCK_PX = 15


def shades(values: NDArray[np.uint32], room: int) -> tuple[Bytes, Bytes]:
    """Choose at most room colours for pixels (RGBA words): median cut, by how often they occur.

    Gives the colours (n, 3), RGB, and each pixel's index.
    """
    strip = np.ascontiguousarray(values).astype("<u4").view(np.uint8).reshape(1, -1, 4)
    picture = Image.fromarray(np.ascontiguousarray(strip[..., :3]))
    few = picture.quantize(room, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    numbers = np.asarray(few).reshape(-1)
    colors = np.array(few.getpalette(), dtype=np.uint8).reshape(-1, 3)
    return colors[: int(numbers.max()) + 1], numbers
