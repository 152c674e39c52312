"""Pictures known by their first bytes, whatever name or type they come with."""

from __future__ import annotations

_SIGNATURES: tuple[bytes, ...] = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",  # JPEG
    b"GIF87a",
    b"GIF89a",
    b"\x00\x00\x01\x00",  # ICO
)
_AVIF_BRANDS = (b"avif", b"avis")
_BRAND_BYTES_MAX = 64


def is_image(data: bytes) -> bool:
    """Tell whether data begins as PNG, JPEG, GIF, ICO, WebP or AVIF does."""
    if data.startswith(_SIGNATURES):
        return True
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return True
    return data[4:8] == b"ftyp" and any(brand in data[8:_BRAND_BYTES_MAX] for brand in _AVIF_BRANDS)
