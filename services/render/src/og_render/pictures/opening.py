"""Opens pictures that strangers made, within bounds."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
import skia
from PIL import AvifImagePlugin, Image, ImageOps

from og_render.color.colors import Color
from og_render.pictures.decoding_cost import MAX_DECODING_S, decoding_cost_s

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "ICO", "AVIF")
MAX_PICTURE_BYTES = 6 * 1024 * 1024
MAX_PICTURE_PIXELS = 24_000_000
MAX_SIDE_PX = 1_280
_BOX_PX = (MAX_SIDE_PX, MAX_SIDE_PX)
_MIN_SIDE_PX = 2
_SCALABLE_MODES = ("RGB", "L", "CMYK")
# Alpha below this shows: the picture is a cut-out and must not be cropped.
_OPAQUE_FROM = 250
_EDGE_TOLERANCE = 10

# Pillow checks some inner pictures (those of an ICO) against its own bound only.
Image.MAX_IMAGE_PIXELS = MAX_PICTURE_PIXELS
# There is a worker for every processor already.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


class UnreadablePictureError(Exception):
    """A picture that is no picture, or is beyond the bounds."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture, RGBA, no side over MAX_SIDE_PX."""

    image: Image.Image
    decoding_s: float = 0.0
    """What decoding it was estimated to take."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return self.image.size

    def plain_edge(self) -> tuple[int, int, int] | None:
        """Give the one colour around the picture; None for photographs and cut-outs."""
        pixels = np.asarray(self.image)
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).astype(int)
        if edge[:, 3].min() < _OPAQUE_FROM or np.ptp(edge[:, :3], axis=0).max() > _EDGE_TOLERANCE:
            return None
        red, green, blue = (int(value) for value in np.median(edge[:, :3], axis=0))
        return red, green, blue

    def is_cut_out(self) -> bool:
        """Whether something shows through at the picture's edge."""
        alpha = np.asarray(self.image)[..., 3]
        edges = (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1])
        return min(int(edge.min()) for edge in edges) < _OPAQUE_FROM

    def mean_color(self) -> Color:
        """Give the average of what is opaque."""
        pixels = np.asarray(self.image).reshape(-1, 4).astype(np.float64)
        weights = pixels[:, 3] + 1e-6
        red, green, blue = (
            round(float(np.average(pixels[:, at], weights=weights))) for at in range(3)
        )
        return Color(red, green, blue)

    def covering(self, width: int, height: int) -> skia.Image:
        """Scale and crop to fill a box."""
        return _to_skia(ImageOps.fit(self.image, (width, height), Image.Resampling.LANCZOS))

    def within(self, width: int, height: int) -> skia.Image:
        """Scale to fit inside a box, never to more than twice its size."""
        scale = min(width / self.image.width, height / self.image.height, 2.0)
        size = (max(1, round(self.image.width * scale)), max(1, round(self.image.height * scale)))
        return _to_skia(self.image.resize(size, Image.Resampling.LANCZOS))


def open_picture(data: bytes, time_s: float = MAX_DECODING_S) -> Picture:
    """Decode the first frame, upright; UnreadablePictureError if that cannot be done.

    The size is read from the header and held against the bounds before a pixel is decoded,
    and so is the time that decoding would take, against time_s and MAX_DECODING_S.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise UnreadablePictureError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decoded(data, min(time_s, MAX_DECODING_S))
    except UnreadablePictureError:
        raise
    # Pillow's decoders raise whatever a damaged file leads them to; each means the same here.
    except Exception as error:
        raise UnreadablePictureError from error


def _decoded(data: bytes, time_s: float) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as file:
        decoding_s = _estimate_s(file, data)
        if decoding_s > time_s:
            raise UnreadablePictureError
        # JPEG can be decoded at a fraction of its size.
        file.draft(None, _BOX_PX)
        file.load()
        # Fewer pixels are fewer to convert; a palette, or a colour that stands for nothing, has to
        # be resolved first.
        if file.mode in _SCALABLE_MODES and "transparency" not in file.info:
            _shrink(file)
        image = ImageOps.exif_transpose(file).convert("RGBA")
        _shrink(image)
        return Picture(image, decoding_s)


def _estimate_s(file: Image.Image, data: bytes) -> float:
    pixels = file.width * file.height
    if pixels > MAX_PICTURE_PIXELS or min(file.size) < _MIN_SIDE_PX:
        raise UnreadablePictureError
    return decoding_cost_s(str(file.format), pixels, data)


def _shrink(image: Image.Image) -> None:
    image.thumbnail(_BOX_PX, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _to_skia(image: Image.Image) -> skia.Image:
    pixels = np.ascontiguousarray(np.asarray(image))
    return skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, copy=True)
