"""Pictures known by their first bytes, whatever name or type they come with."""

from __future__ import annotations

import re

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x00\x00\x01\x00", "ico"),
)
_AVIF_BRANDS = (b"avif", b"avis")
_BRAND_BYTES_MAX = 64
_PROLOG_BYTES_MAX = 4_096
_PROLOG = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!DOCTYPE svg", b">"))
"""How what may stand before an SVG's first element begins and ends."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SVG_START = re.compile(rb"<(?:svg:)?svg[\s/>]")


def is_image(data: bytes) -> bool:
    """Tell whether data begins as PNG, JPEG, GIF, ICO, WebP, AVIF or SVG does."""
    return bool(image_format(data))


def image_format(data: bytes) -> str:
    """Name the format as which data begins, such as "png"; "" where it is none of a picture."""
    for start, name in _SIGNATURES:
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "avif" if any(brand in data[8:_BRAND_BYTES_MAX] for brand in _AVIF_BRANDS) else ""
    return "svg" if _is_svg(data[:_PROLOG_BYTES_MAX]) else ""


def _is_svg(head: bytes) -> bool:
    rest = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    while end := next((end for start, end in _PROLOG if rest.startswith(start)), None):
        rest = rest.partition(end)[2].lstrip()
    return _SVG_START.match(rest) is not None
