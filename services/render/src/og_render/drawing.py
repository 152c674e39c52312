"""Draws one card from start to end; what a worker process does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import skia

from og_render.cards import Card, CardSize, Content, Drawing
from og_render.color.backgrounds import Pixels, gradient_pixels
from og_render.color.grounds import Backdrop, Gradient, backdrop
from og_render.color.palettes import palette
from og_render.encoding import png
from og_render.pictures.decoding_cost import MAX_CARD_DECODING_S
from og_render.pictures.opening import Picture, UnreadablePictureError, open_picture
from og_render.templates import TEMPLATES
from og_render.text import scripts
from og_render.text.fonts import FontBook
from og_render.text.typesetting import Typesetter

_CHANNELS = 4


@dataclass(frozen=True)
class Opened:
    """A card's pictures by field, and the fields whose picture could not be opened."""

    pictures: Mapping[str, Picture]
    failed: tuple[str, ...]


def draw(card: Card, book: FontBook, opened: Opened | None = None) -> Drawing:
    """Draw a card, with its pictures as opened if they are already.

    Equal cards give equal bytes, whatever was drawn before.
    """
    opened = opened or open_pictures(card)
    template = TEMPLATES[card.template_id]
    accent = card.accent or template.default_accent
    behind = backdrop(template.ground, card.theme, accent, has_gradient=card.has_gradient)
    colors = palette(template.ground, card.theme, accent, behind)
    content = Content(
        colors, card.has_gradient, card.language_code, card.values, opened.pictures, card.size
    )
    title = card.values.get("title")
    backwards = scripts.is_right_to_left(str(title or ""), card.language_code)
    pixels = _ground(behind, card.size, is_mirrored=backwards)
    setter = Typesetter(book, card.language_code, right_to_left=backwards)
    fitted = template.layout(content).fit(setter, card.size.width, card.size.height)
    if fitted is not None:
        surface = _surface(pixels, card.size)
        fitted.paint(surface.getCanvas(), card.size.width - fitted.width if backwards else 0, 0)
    return Drawing(png.encode(pixels, has_photo=bool(opened.pictures)), opened.failed)


def open_pictures(card: Card) -> Opened:
    """Open what can be opened of a card's pictures in the time there is for all of them."""
    left_s = MAX_CARD_DECODING_S
    pictures: dict[str, Picture] = {}
    failed: list[str] = []
    for name, value in card.values.items():
        if isinstance(value, bytes):
            try:
                pictures[name] = open_picture(value, left_s)
                left_s -= pictures[name].decoding_s
            except UnreadablePictureError:
                failed.append(name)
    return Opened(pictures, tuple(failed))


def _ground(behind: Backdrop, size: CardSize, *, is_mirrored: bool) -> Pixels:
    if isinstance(behind, Gradient):
        return gradient_pixels(behind, size.value, is_mirrored=is_mirrored).copy()
    pixels = np.empty((size.height, size.width, _CHANNELS), dtype=np.uint8)
    pixels[:] = (behind.red, behind.green, behind.blue, 255)
    return pixels


def _surface(pixels: Pixels, size: CardSize) -> skia.Surface:
    """Give a surface that draws straight into the pixels, which must outlive it."""
    info = skia.ImageInfo.Make(
        size.width, size.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType
    )
    return skia.Surface.MakeRasterDirect(info, pixels, size.width * _CHANNELS)
