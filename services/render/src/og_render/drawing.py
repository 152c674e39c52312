"""Draws one card from start to end; what a worker process does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import skia
from numpy.typing import NDArray

from og_render import fields
from og_render.cards import Card, CardSize, Content, Drawing, ImageFormat
from og_render.color.backgrounds import PADDING_PX, Background, Words, background
from og_render.color.colors import Color
from og_render.color.grounds import Backdrop, Ground, Theme, backdrop
from og_render.color.palettes import Palette, palette
from og_render.encoding import jpeg, png, webp
from og_render.laps import Laps
from og_render.pictures.decoding_cost import MAX_CARD_DECODING_S
from og_render.pictures.opening import Picture, UnreadablePictureError, open_picture
from og_render.templates import TEMPLATES
from og_render.text import scripts
from og_render.text.fonts import FontBook
from og_render.text.typesetting import Typesetter

MAX_CACHED_SCHEMES = 1_024
# Logos and portraits, which no design shows larger.
_SMALL = (fields.FAVICON.name, fields.AVATAR.name)
SMALL_PLACE_PX = (384, 384)


@dataclass(frozen=True)
class Opened:
    """A card's pictures by field, and the fields whose picture could not be opened."""

    pictures: Mapping[str, Picture]
    failed: tuple[str, ...]
    laps: Laps


def draw(card: Card, book: FontBook, opened: Opened | None = None) -> Drawing:
    """Draw a card, with its pictures as opened if they are already.

    Equal cards give equal bytes, whatever was drawn before.
    """
    opened = opened or open_pictures(card)
    laps = opened.laps
    template = TEMPLATES[card.template_id]
    accent = card.accent or template.default_accent
    behind, colors = _scheme(
        template.ground_in(card.theme), card.theme, accent, has_gradient=card.has_gradient
    )
    content = Content(
        colors, card.has_gradient, card.language_code, card.values, opened.pictures, card.size
    )
    title = card.values.get("title")
    backwards = scripts.is_right_to_left(str(title or ""), card.language_code)
    setter = Typesetter(book, card.language_code, right_to_left=backwards)
    fitted = template.layout(content).fit(setter, card.size.width, card.size.height)
    laps.end("layout")
    ground = background(behind, card.size.value, is_mirrored=backwards)
    words = ground.words.copy()
    if fitted is not None:
        surface = _surface(words, card.size)
        fitted.paint(surface.getCanvas(), card.size.width - fitted.width if backwards else 0, 0)
    laps.end("raster")
    image = _file(card, words, ground, opened)
    laps.end("encode")
    return Drawing(image, opened.failed, setter.missing_glyphs, laps.steps_s)


def _file(card: Card, words: Words, ground: Background, opened: Opened) -> bytes:
    match card.format:
        case ImageFormat.PNG:
            return png.encode(words, ground, has_pictures=bool(opened.pictures))
        case ImageFormat.JPEG:
            return jpeg.encode(_pixels(words))
        case ImageFormat.WEBP:
            return webp.encode(_pixels(words))


def _pixels(words: Words) -> NDArray[np.uint8]:
    """Give rows of RGBA without the padding."""
    return words.view(np.uint8).reshape(*words.shape, -1)[:, :-PADDING_PX]


@lru_cache(MAX_CACHED_SCHEMES)
def _scheme(
    ground: Ground, theme: Theme, accent: Color, *, has_gradient: bool
) -> tuple[Backdrop, Palette]:
    behind = backdrop(ground, theme, accent, has_gradient=has_gradient)
    return behind, palette(ground, theme, accent, behind)


def open_pictures(card: Card) -> Opened:
    """Open what can be opened of a card's pictures in the time there is for all of them."""
    laps = Laps()
    left_s = MAX_CARD_DECODING_S
    pictures: dict[str, Picture] = {}
    failed: list[str] = []
    for name, value in card.values.items():
        if isinstance(value, bytes):
            try:
                place = SMALL_PLACE_PX if name in _SMALL else card.size.value
                pictures[name] = open_picture(value, left_s, place)
                left_s -= pictures[name].decoding_s
            except UnreadablePictureError:
                failed.append(name)
    laps.end("pictures")
    return Opened(pictures, tuple(failed), laps)


def _surface(words: Words, size: CardSize) -> skia.Surface:
    """Give a surface that draws straight into the words, which must outlive it."""
    info = skia.ImageInfo.Make(
        size.width, size.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType
    )
    return skia.Surface.MakeRasterDirect(info, words, words.strides[0])
