"""What the lossy formats share: the best quality whose file is not too heavy to be fetched."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from og_render.encoding.bounds import MAX_FILE_BYTES

# At the first, letters have no visible fringe, and what is no grainy photograph has 30 to 400 kB.
# Noise in every pixel has 570 kB at the last.
QUALITIES = (88, 75, 60, 45, 30, 15)


def encode(pixels: NDArray[np.uint8], kind: str, **options: object) -> bytes:
    """Encode rows of RGBA, ignoring alpha; at most MAX_FILE_BYTES."""
    height, width, _ = pixels.shape
    data = np.ascontiguousarray(pixels)
    image = Image.frombuffer("RGB", (width, height), data, "raw", "RGBX", 0, 1)
    file = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, kind, quality=quality, **options)
        file = out.getvalue()
        if len(file) <= MAX_FILE_BYTES:
            break
    return file
