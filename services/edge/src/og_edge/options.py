"""What a client may choose besides texts and pictures; the first value is the default."""

from __future__ import annotations

from enum import StrEnum


class Theme(StrEnum):
    """Light or dark design."""

    LIGHT = "light"
    DARK = "dark"


class Mode(StrEnum):
    """How a page is read."""

    STANDARD = "standard"
    AI = "ai"


class CardSize(StrEnum):
    """A card's proportions; each is laid out anew."""

    WIDE = "wide"
    SQUARE = "square"
    TALL = "tall"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in px."""
        return _PIXELS[self]


_PIXELS = {
    CardSize.WIDE: (1200, 630),
    CardSize.SQUARE: (1080, 1080),
    CardSize.TALL: (1080, 1350),
}


class ImageFormat(StrEnum):
    """How a card is encoded; the value is also the extension of its stored file."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        """The Content-Type of its bytes."""
        return f"image/{self.value}"
