"""Whether what an engine drew is the card: its form from the file, its looks beside ours."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZE_PX = (1200, 630)
# So small that what stands some pixels lower does not count, but a title that is missing does: the
# first makes up to 4, the second 13.
_THUMBNAIL_PX = (24, 13)
MAX_DIFFERENCE = 6.0
MIN_INK = 0.01
_INK_STEP = 48


@dataclass(frozen=True)
class Look:
    """What there is to say of a picture."""

    form: str
    """How pixels are kept, as "RGB" or "palette of 231"."""
    difference: float
    """The mean distance from our thumbnail of the card, of 255."""


class WrongPictureError(Exception):
    """An engine drew something else."""


def look(path: Path, ours: Path) -> Look:
    """Check a picture: 1200x630, opaque, with ink on it, and like ours in the large."""
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        form = picture.mode
        if picture.mode == "P":
            form = f"palette of {len(picture.getcolors() or ())}"
        pixels = _pixels(picture, path)
    with Image.open(ours) as other:
        difference = np.abs(_small(pixels) - _small(_pixels(other, ours))).mean()
    away = np.abs(pixels.astype(int) - pixels[-1, 0].astype(int)).max(axis=2) > _INK_STEP
    if away.mean() < MIN_INK:
        raise WrongPictureError(f"{path} has no ink on it")
    if difference > MAX_DIFFERENCE:
        raise WrongPictureError(f"{path} is another card: {difference:.1f} of 255 from ours")
    return Look(form, float(difference))


def _pixels(picture: Image.Image, path: Path) -> NDArray[np.uint8]:
    if picture.size != SIZE_PX:
        raise WrongPictureError(f"{path} is {picture.size[0]}x{picture.size[1]}")
    rgba = np.asarray(picture.convert("RGBA"))
    if rgba[..., 3].min() < np.iinfo(np.uint8).max:
        raise WrongPictureError(f"{path} is not opaque")
    return rgba[..., :3]


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    thumbnail = Image.fromarray(pixels).resize(_THUMBNAIL_PX, Image.Resampling.BOX)
    return np.asarray(thumbnail, dtype=np.float64)
