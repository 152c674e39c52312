"""A decoded picture: what is asked of it, and how it is scaled to its place."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image, ImageCms

from og_render.color.colors import Color
from og_render.pictures import cropping

# Alpha below this shows: the picture is a cut-out and must not be cropped.
_OPAQUE_FROM = 250
_EDGE_TOLERANCE = 10
_MAX_ENLARGEMENT = 2.0
# Scaled down by more than this, a filter of half the reach looks the same.
_COARSE_FROM = 0.85
_REDUCING_GAP = 2.0
_SAMPLE_PX = 64
_ALPHA = 3


@dataclass(frozen=True)
class Picture:
    """A decoded picture, upright."""

    image: Image.Image
    """RGB, or RGBa (premultiplied) where something shows through; CMYK only with to_srgb."""
    decoding_s: float = 0.0
    """What decoding it was estimated to take."""
    to_srgb: ImageCms.ImageCmsTransform | None = field(default=None, repr=False)
    """What its colours need yet; put off since fewer pixels are shown than decoded."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return self.image.size

    @property
    def is_opaque(self) -> bool:
        """Whether nothing shows through anywhere."""
        return self.image.mode != "RGBa"

    def plain_edge(self) -> tuple[int, int, int] | None:
        """Give the one colour around the picture; None for photographs and cut-outs."""
        edge = self._edge().astype(int)
        if edge[:, _ALPHA].min() < _OPAQUE_FROM:
            return None
        if np.ptp(edge[:, :_ALPHA], axis=0).max() > _EDGE_TOLERANCE:
            return None
        red, green, blue = (int(value) for value in np.median(edge[:, :_ALPHA], axis=0))
        return red, green, blue

    def is_cut_out(self) -> bool:
        """Whether something shows through at the picture's edge."""
        return not self.is_opaque and int(self._edge()[:, _ALPHA].min()) < _OPAQUE_FROM

    def mean_color(self) -> Color:
        """Give the average of what is opaque."""
        factor = -(-max(self.image.size) // _SAMPLE_PX)
        sums = _rgba(self._shown(self.image.reduce(factor))).sum(axis=(0, 1), dtype=np.float64)
        red, green, blue = (
            min(255, round(255 * float(value) / max(float(sums[_ALPHA]), 1.0)))
            for value in sums[:_ALPHA]
        )
        return Color(red, green, blue)

    def covering(self, width: int, height: int) -> skia.Image:
        """Scale and crop to fill a box; what stands out is kept."""
        box = cropping.window(self.image, width, height)
        return _to_skia(self._shown(_scaled(self.image, (width, height), box)))

    def within(self, width: int, height: int) -> skia.Image:
        """Scale to fit inside a box, never to more than twice its size."""
        scale = min(width / self.image.width, height / self.image.height, _MAX_ENLARGEMENT)
        size = (max(1, round(self.image.width * scale)), max(1, round(self.image.height * scale)))
        whole = (0.0, 0.0, float(self.image.width), float(self.image.height))
        return _to_skia(self._shown(_scaled(self.image, size, whole)))

    def _edge(self) -> NDArray[np.uint8]:
        """Give the outermost pixels, premultiplied RGBA in rows."""
        width, height = self.image.size
        lines = [(0, 0, width, 1), (0, height - 1, width, height)]
        lines += [(0, 0, 1, height), (width - 1, 0, width, height)]
        cut = (_rgba(self._shown(self.image.crop(line))) for line in lines)
        return np.concatenate([line.reshape(-1, 4) for line in cut])

    def _shown(self, image: Image.Image) -> Image.Image:
        """Bring a part of the picture to sRGB."""
        if self.to_srgb is None:
            return image
        converted = ImageCms.applyTransform(image, self.to_srgb)
        assert converted is not None  # noqa: S101 - None is what it gives in place only
        return converted


def _scaled(image: Image.Image, size: tuple[int, int], box: cropping.Window) -> Image.Image:
    scale = size[0] / (box[2] - box[0])
    coarse, fine = Image.Resampling.HAMMING, Image.Resampling.BICUBIC
    kind = coarse if scale < _COARSE_FROM else fine
    return image.resize(size, kind, box=box, reducing_gap=_REDUCING_GAP)


def _rgba(image: Image.Image) -> NDArray[np.uint8]:
    """Give the pixels, rows x columns x premultiplied RGBA."""
    raw = image.tobytes("raw", "RGBX" if image.mode == "RGB" else "RGBa")
    pixels = np.frombuffer(raw, np.uint8).reshape(image.height, image.width, 4)
    if image.mode == "RGB":
        pixels = pixels.copy()
        pixels[..., _ALPHA] = 255
    return pixels


def _to_skia(image: Image.Image) -> skia.Image:
    if image.mode == "RGB":
        # Said to be opaque, it is copied, not blended.
        image, alpha = image.convert("RGBA"), skia.kOpaque_AlphaType
    else:
        alpha = skia.kPremul_AlphaType
    raw = image.tobytes()
    return skia.Image.frombytes(raw, skia.ISize(*image.size), skia.kRGBA_8888_ColorType, alpha)
