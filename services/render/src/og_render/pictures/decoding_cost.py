"""What decoding a picture will take, told from its header, so that a card stays in time.

Measured on one core with Pillow 13, opened and scaled down: JPEG of 24 megapixels 0.14 s, with ten
scans and 5.6 MB 0.34 to 0.45 s; PNG of 8.3 megapixels with alpha 0.38 s; WebP of 12 megapixels and
1.7 MB 0.45 s; GIF of 12 megapixels 0.46 s; AVIF of 8 megapixels 0.28 s, of 2.2 with 4.8 MB
0.41 s. A JPEG of 24 megapixels and 0.15 MB, made of 200 further scans, took 4 s.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

# One picture, and all of a card: a caller waits three seconds, and busy cores take twice as long.
MAX_DECODING_S = 0.5
MAX_CARD_DECODING_S = 0.7
_START_OF_SCAN = b"\xff\xda"
_PNG_HEADER = re.compile(rb"IHDR(.{8})", re.DOTALL)
_PNG_SIZE = struct.Struct(">II")


@dataclass(frozen=True)
class _Cost:
    ns_a_pixel: float
    ns_a_byte: float
    ns_a_pixel_and_scan: float = 0.0
    """A progressive JPEG goes over the whole picture with every scan, however few bytes it has."""


_COSTS = {
    # Decoded at a fraction of its size, which no other format can be.
    "JPEG": _Cost(6, 20, 0.95),
    # A JPEG with further pictures behind it, as phones take them; the first is decoded.
    "MPO": _Cost(6, 20, 0.95),
    "PNG": _Cost(45, 20),
    "WEBP": _Cost(32, 65),
    "AVIF": _Cost(40, 65),
    "GIF": _Cost(32, 20),
    "ICO": _Cost(32, 20),
}


def decoding_cost_s(kind: str, pixels: int, data: bytes) -> float:
    """Estimate the processor time that decoding takes; `kind` is Pillow's name of the format."""
    cost = _COSTS[kind]
    scans = data.count(_START_OF_SCAN) if cost.ns_a_pixel_and_scan else 0
    ns_a_pixel = cost.ns_a_pixel + cost.ns_a_pixel_and_scan * scans
    return (pixels * ns_a_pixel + len(data) * cost.ns_a_byte) / 1e9


def inner_pixels(kind: str, data: bytes) -> int:
    """Count the pixels of the largest PNG inside an icon, whose directory may tell another size."""
    if kind != "ICO":
        return 0
    sizes = (_PNG_SIZE.unpack(header) for header in _PNG_HEADER.findall(data))
    return max((width * height for width, height in sizes), default=0)
