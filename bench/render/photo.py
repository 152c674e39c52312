"""A picture with the statistics of a photograph, since no photograph here is ours.

Overlapping discs of many sizes ("dead leaves": Lee, Mumford and Huang, 2001) give the edges and
the 1/f spectrum of natural scenes; 1/f noise gives each its texture, and a little noise is the
sensor's. Equal for equal seeds.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZE_PX = (1200, 800)
JPEG_QUALITY = 85
_SEED = 20_261_124
_LEAVES = 160
_RADIUS_MIN_PX, _RADIUS_MAX_PX = 26.0, 480.0
_EDGE_PX = 2.5
_TEXTURE, _SENSOR = 10.0, 1.2

Plane = NDArray[np.float64]


def photo_jpeg() -> bytes:
    """Draw it, JPEG of quality 85 with colour at half resolution, as cameras and shops write."""
    rng = np.random.default_rng(_SEED)
    scene = _leaves(rng)
    scene += _pink_noise(rng)[..., None] * _TEXTURE
    scene += rng.normal(0, _SENSOR, scene.shape)
    pixels = np.clip(scene, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _leaves(rng: np.random.Generator) -> Plane:
    """Lay shaded discs over each other; radii follow r^-3, as the sizes of things in scenes do."""
    width, height = SIZE_PX
    y, x = np.ogrid[0:height, 0:width]
    scene = np.empty((height, width, 3))
    scene[:] = (150, 160, 170)
    near, far = _RADIUS_MAX_PX**-2, _RADIUS_MIN_PX**-2
    # The largest first, or they would hide all else.
    for radius in np.sort((near + rng.random(_LEAVES) * (far - near)) ** -0.5)[::-1]:
        luma, warmth, green = rng.normal((125, 0, 0), (45, 20, 8))
        color = np.array((luma + warmth, luma + green, luma - warmth))
        across = (x - rng.uniform(0, width)) / radius
        down = (y - rng.uniform(0, height)) / radius
        cover = np.clip((1 - np.hypot(across, down)) * radius / _EDGE_PX, 0, 1)
        shade = 1 - 0.22 * np.clip(across * 0.6 + down * 0.8, -1, 1)
        scene += cover[..., None] * (color * shade[..., None] - scene)
    return scene


def _pink_noise(rng: np.random.Generator) -> Plane:
    """Give noise whose amplitude falls as 1/f, of variance 1."""
    width, height = SIZE_PX
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.normal(size=(height, width))) / frequency
    noise: Plane = np.fft.irfft2(spectrum, (height, width))
    noise /= noise.std()
    return noise
