"""Opens pictures that strangers made, within bounds."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import AvifImagePlugin, ExifTags, Image, ImageCms

from og_render.pictures.decoding_cost import MAX_DECODING_S, decoding_cost_s, inner_pixels
from og_render.pictures.errors import UnreadablePictureError
from og_render.pictures.picture import Picture
from og_render.pictures.profiles import to_srgb
from og_render.pictures.small_pictures import SmallPictures
from og_render.pictures.svg import draw_svg, is_svg

__all__ = ["MAX_PICTURE_BYTES", "Picture", "UnreadablePictureError", "open_picture"]

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "ICO", "AVIF")
MAX_PICTURE_BYTES = 6 * 1024 * 1024
MAX_PICTURE_PIXELS = 24_000_000
# What a picture is to cover at most, unless the caller knows better: the sides of the cards.
LARGEST_PLACE_PX = (1_200, 1_350)
_MIN_SIDE_PX = 2
_OPAQUE = 255
_TURN = Image.Transpose
# By the orientation that a camera notes (Exif 2.32, tag 0x0112).
_UPRIGHT = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}
_ON_ITS_SIDE = {_TURN.TRANSPOSE, _TURN.ROTATE_270, _TURN.TRANSVERSE, _TURN.ROTATE_90}

# Pillow checks some inner pictures (those of an ICO) against its own bound only.
Image.MAX_IMAGE_PIXELS = MAX_PICTURE_PIXELS
# There is a worker for every processor already.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_small = SmallPictures()


def open_picture(
    data: bytes, time_s: float = MAX_DECODING_S, place_px: tuple[int, int] = LARGEST_PLACE_PX
) -> Picture:
    """Decode the first frame, upright; UnreadablePictureError if it cannot be or shows nothing.

    The size is read from the header and held against the bounds before a pixel is decoded,
    and so is the time that decoding would take, against time_s and MAX_DECODING_S. What has more
    than twice the pixels that covering a place needs is decoded or kept at a fraction of its size.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise UnreadablePictureError
    time_s = min(time_s, MAX_DECODING_S)
    picture = _small.find(data)
    if picture is None:
        picture = _opened(data, time_s, place_px)
        _small.keep(data, picture)
    if picture.decoding_s > time_s:
        raise UnreadablePictureError
    return picture


def _opened(data: bytes, time_s: float, place_px: tuple[int, int]) -> Picture:
    try:
        if is_svg(data):
            return _picture(*draw_svg(data, time_s, max(place_px)))
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decoded(data, time_s, place_px)
    except (UnreadablePictureError, MemoryError):
        raise
    # The decoders raise whatever a damaged file leads them to; each means the same here.
    except Exception as error:
        raise UnreadablePictureError from error


def _decoded(data: bytes, time_s: float, place_px: tuple[int, int]) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as file:
        decoding_s = _estimate_s(file, data)
        if decoding_s > time_s:
            raise UnreadablePictureError
        upright = _UPRIGHT.get(file.getexif().get(ExifTags.Base.Orientation, 1))
        wide, high = reversed(place_px) if upright in _ON_ITS_SIDE else place_px
        # JPEG can be decoded at a fraction of its size.
        file.draft(None, (wide, high))
        file.load()
        image = _in_known_mode(file)
        factor = min(image.width // wide, image.height // high)
        if factor > 1:
            image = image.reduce(factor)
        return _picture(image if upright is None else image.transpose(upright), decoding_s)


def _estimate_s(file: Image.Image, data: bytes) -> float:
    kind = str(file.format)
    pixels = max(file.width * file.height, inner_pixels(kind, data))
    if pixels > MAX_PICTURE_PIXELS or min(file.size) < _MIN_SIDE_PX:
        raise UnreadablePictureError
    return decoding_cost_s(kind, pixels, data)


def _in_known_mode(image: Image.Image) -> Image.Image:
    """Resolve palettes, greys, and colours that stand for nothing."""
    if image.mode.startswith("I"):
        # Pillow cuts 16 bits off at 255 where it should divide.
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode == "CMYK" or (image.mode == "RGB" and "transparency" not in image.info):
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _picture(image: Image.Image, decoding_s: float) -> Picture:
    """Premultiply what is clear somewhere; note what else must become of the colours."""
    if image.mode == "RGBA":
        least, most = image.getchannel("A").getextrema()
        if most == 0:
            raise UnreadablePictureError
        image = image.convert("RGB") if least == _OPAQUE else image
    transform = to_srgb(image)
    if image.mode == "RGBA":
        converted = image if transform is None else ImageCms.applyTransform(image, transform)
        assert converted is not None  # noqa: S101 - None is what it gives in place only
        return Picture(converted.convert("RGBa"), decoding_s)
    if image.mode == "CMYK" and transform is None:
        return Picture(image.convert("RGB"), decoding_s)
    return Picture(image, decoding_s, transform)
