"""Colours of print and of wide-gamut cameras, brought to sRGB by the profile in the file (ICC)."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

# Profiles of printing presses have 0.5 to 2 MB, those of cameras and screens a few kB.
MAX_PROFILE_BYTES = 2 * 1024 * 1024
# The same few profiles come again and again, and reading one takes 1 to 20 ms.
MAX_CACHED_TRANSFORMS = 8
_SPACES = {"RGB": "RGB ", "RGBA": "RGB ", "CMYK": "CMYK"}
_SRGB = ImageCms.createProfile("sRGB")


def to_srgb(image: Image.Image) -> ImageCms.ImageCmsTransform | None:
    """Give what brings an image's colours to sRGB; None where they are or nothing says otherwise.

    Of a picture in the modes RGB, RGBA or CMYK, to RGB, RGBA or RGB.
    """
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not 0 < len(profile) <= MAX_PROFILE_BYTES:
        return None
    return _transform(profile, image.mode) if image.mode in _SPACES else None


@lru_cache(MAX_CACHED_TRANSFORMS)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        told = read.profile.profile_description or ""
        if read.profile.xcolor_space != _SPACES[mode] or "srgb" in told.lower():
            return None
        return ImageCms.buildTransform(read, _SRGB, mode, "RGBA" if mode == "RGBA" else "RGB")
    # A damaged profile costs no picture: its colours are taken for sRGB.
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
