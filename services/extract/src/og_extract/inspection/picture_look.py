"""A look at the bytes of a picture: what it is, and a small one for people to see."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import (
    AvifImagePlugin,
    ExifTags,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from og_extract.inspection.picture_size import PictureSize

MAX_PREVIEW_BYTES: Final = 256 * 1024
MAX_DECODED_PIXELS: Final = 16_000_000
"""Larger ones are told of but not drawn: these take a quarter of a second and 64 MB."""
ATTEMPTS: Final = ((1_200, 80), (1_200, 50), (600, 50))
"""Most px and WebP's quality, each where the one before has too many bytes."""
METHOD: Final = 2
"""WebP's effort: more takes longer than what it saves on the way to a browser."""

# Each is imported for what it registers: Pillow would otherwise import all that it has.
_PLUGINS: Final = (
    *(AvifImagePlugin, GifImagePlugin, IcoImagePlugin),
    *(JpegImagePlugin, PngImagePlugin, WebPImagePlugin),
)
_ON_ITS_SIDE: Final = (5, 6, 7, 8)
"""Orientations of EXIF (its 4.6.4) that swap width and height."""
_FORMATS: Final = ("AVIF", "GIF", "ICO", "JPEG", "PNG", "WEBP")


Image.MAX_IMAGE_PIXELS = None
"""Sizes are looked at before anything is decoded, and a reader's memory is bounded."""


def look_at(data: bytes) -> tuple[PictureSize | None, bytes]:
    """Read a picture's size, None where it cannot be read, and draw it small as WebP.

    Its first frame only; no bytes where the bounds allow none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's opinions of strangers' files
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                return _size(image), _preview(image)
        except Exception:  # noqa: BLE001 - Pillow raises whatever its decoders meet
            return None, b""


def _size(image: Image.Image) -> PictureSize:
    width, height = image.size
    # Asked for what a PNG does not say at its start, Pillow would decode all of it.
    exif = image.getexif() if "exif" in image.info else {}
    is_on_its_side = exif.get(ExifTags.Base.Orientation) in _ON_ITS_SIDE
    return PictureSize(height, width) if is_on_its_side else PictureSize(width, height)


def _preview(image: Image.Image) -> bytes:
    most_px, _ = ATTEMPTS[0]
    image.draft("RGB", (most_px, most_px))  # a JPEG is decoded smaller
    if image.width * image.height > MAX_DECODED_PIXELS:
        return b""
    image.load()
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    small = ImageOps.exif_transpose(image).convert("RGBA" if has_alpha else "RGB")
    return _webp(small)


def _webp(image: Image.Image) -> bytes:
    for most_px, quality in ATTEMPTS:
        image.thumbnail((most_px, most_px), reducing_gap=2.0)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=METHOD)
        if out.tell() <= MAX_PREVIEW_BYTES:
            return out.getvalue()
    return b""
