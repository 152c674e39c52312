"""Cards as arrays of pixels."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from og_render.cards import Card
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.drawing import draw
from og_render.fields import Value
from og_render.text.fonts import FontBook

Pixels = NDArray[np.uint8]


def card(template_id: str = "generic/standard", **values: Value) -> Card:
    return Card(template_id, Theme.LIGHT, values=values)


def pixels_of(card: Card, book: FontBook) -> Pixels:
    return decoded(draw(card, book).image)


def decoded(png: bytes) -> Pixels:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return np.asarray(image.convert("RGB"), dtype=np.uint8)


def ground_of(pixels: Pixels) -> Pixels:
    ground: Pixels = pixels[-1, 0]
    return ground


def inked(pixels: Pixels) -> NDArray[np.bool_]:
    """Say which pixels differ from the flat ground."""
    differs: NDArray[np.bool_] = (pixels != ground_of(pixels)).any(axis=2)
    return differs


def share_of(pixels: Pixels, color: Color) -> float:
    return float((pixels == (color.red, color.green, color.blue)).all(axis=2).mean())


def values(given: Mapping[str, Value], *names: str) -> dict[str, Value]:
    return {name: given[name] for name in names}
