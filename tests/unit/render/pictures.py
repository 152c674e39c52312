"""Picture files for tests, written byte by byte where no library would write them."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import skia
from PIL import Image

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' viewBox="0 0 8 8">{}</svg>'
)
# Of Display P3, adapted to D50 (ICC.1:2001-04, 6.1.2): red, green and blue.
_P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
    b"wtpt": (0.96420, 1.0, 0.82491),
}


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def svg(inside: str) -> bytes:
    return SVG.format(inside).encode()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_size(width: int, height: int) -> bytes:
    """Give a small PNG whose header promises a size and whose data would fill it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    row = zlib.compress(b"\0" * min(height * (width * 3 + 1), 50_000_000), 9)
    end = png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", row) + end


def icon_around(inner: bytes, side_px: int) -> bytes:
    """Give an ICO whose directory tells of one picture with a side, whatever that picture is."""
    entry = struct.pack("<BBBBHHII", side_px, side_px, 0, 0, 1, 32, len(inner), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + inner


def jpeg_of_many_segments() -> bytes:
    """Give a JPEG of 64 pixels that takes two seconds to read, of which its header says nothing."""
    whole = encoded(Image.new("L", (8, 8)), "JPEG")
    empty_comment = b"\xff\xfe\x00\x02"
    return whole[:2] + empty_comment * 1_500_000 + whole[2:]


def icc_profile(space: bytes, tags: dict[bytes, bytes], pcs: bytes) -> bytes:
    """Write a profile of version 2."""
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    white = struct.pack(">3i", *(round(value * 65_536) for value in _P3[b"wtpt"]))
    device = b"mntr" if space == b"RGB " else b"prtr"
    header = struct.pack(">I4sI4s4s4s12s4s", 0, b"", 0x02400000, device, space, pcs, b"", b"acsp")
    header = header.ljust(68, b"\0") + white
    whole = header.ljust(128, b"\0") + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def p3_profile(name: bytes = b"Display P3") -> bytes:
    """Describe a wide-gamut screen with a gamma of 2.2."""
    tags = {
        tag: b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65_536) for value in point))
        for tag, point in _P3.items()
    }
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" * 79
    return icc_profile(b"RGB ", tags, b"XYZ ")


def press_profile() -> bytes:
    """Describe a press of whose inks only black is seen: nothing but the profile says so."""
    matrix = struct.pack(">9i", *(65_536 * (at % 4 == 0) for at in range(9)))
    ramp = bytes(range(256))
    # Lightness and colour of each combination of no and full ink, black changing first.
    grey = bytes((255, 128, 128, 0, 128, 128)) * 2**3
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + ramp * 4 + grey + ramp * 3
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Grey\0" + b"\0" * 79
    return icc_profile(b"CMYK", {b"A2B0": table, b"desc": name}, b"Lab ")


def pixel(image: skia.Image, x_px: int, y_px: int) -> tuple[int, ...]:
    """Read one pixel of what would be painted, RGBA."""
    pixels = image.toarray(colorType=skia.kRGBA_8888_ColorType)
    return tuple(int(value) for value in np.asarray(pixels)[y_px, x_px])
