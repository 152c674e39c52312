"""Keeps small pictures decoded: the icons and portraits that come with card after card."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256

from og_render.pictures.picture import Picture

MAX_SMALL_BYTES = 256 * 1024
# Far below any place that a picture is reduced for, so that what is kept does not depend on one.
MAX_SMALL_PIXELS = 384 * 384
MAX_KEPT_BYTES = 32 * 1024 * 1024
_BYTES_A_PIXEL = 4


@dataclass
class SmallPictures:
    """The pictures used last, by their files' contents, up to max_bytes of pixels."""

    max_bytes: int = MAX_KEPT_BYTES
    _kept: OrderedDict[bytes, Picture] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def find(self, data: bytes) -> Picture | None:
        """Give the picture of a file, None where it is not kept."""
        if len(data) > MAX_SMALL_BYTES:
            return None
        key = sha256(data).digest()
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, data: bytes, picture: Picture) -> None:
        """Keep a picture if it is small; those not used for longest make room."""
        if len(data) > MAX_SMALL_BYTES or _pixels(picture) > MAX_SMALL_PIXELS:
            return
        key = sha256(data).digest()
        if key not in self._kept:
            self._bytes += _pixels(picture) * _BYTES_A_PIXEL
        self._kept[key] = picture
        while self._bytes > self.max_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _pixels(oldest) * _BYTES_A_PIXEL


def _pixels(picture: Picture) -> int:
    return picture.image.width * picture.image.height
