"""Photos that fill a card, with text on them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from og_render.cards import Content
from og_render.color.colors import WHITE, Color, from_oklch, readable, to_oklch
from og_render.color.grounds import Ground, Theme
from og_render.color.palettes import Palette, palette
from og_render.layout.boxes import Node, Stack
from og_render.layout.scrims import MAX_CACHED_VEILS, Scrim, dense_alpha, veiled_white
from og_render.layout.shapes import Bar, Cover
from og_render.pictures.opening import Picture

# Enlarged further than this, a picture is a blur: the card is better off without it.
MAX_ENLARGEMENT = 4.0
# How much of the veil lies where no text is: a dark card stays dark.
_ALPHA_ABOVE = {Theme.LIGHT: 0.10, Theme.DARK: 0.45}


def filling_photo(content: Content, name: str) -> Picture | None:
    """Give a picture if it has the pixels to fill the card."""
    picture = content.picture(name)
    if picture is None:
        return None
    width, height = picture.size
    enlargement = max(content.size.width / width, content.size.height / height)
    return picture if enlargement <= MAX_ENLARGEMENT else None


def photo_card(content: Content, photo: Picture, text: Node) -> Node:
    """Give a photo over the whole card with text at its foot, laid out with `on_photo`."""
    width, height = content.size.value
    veil = _veil(content.palette.accent, has_gradient=content.has_gradient)
    return Stack(
        [
            # Shows where the picture is transparent.
            Bar(width, height, content.palette.panel),
            Cover(photo, width, height, radius=0),
            Scrim(text, veil, _ALPHA_ABOVE[content.palette.theme]),
        ]
    )


def on_photo(content: Content) -> Content:
    """Give the content with colours for text over the scrim, the same in both themes."""
    colors = _palette(content.palette.accent, has_gradient=content.has_gradient)
    return replace(content, palette=colors)


@lru_cache(MAX_CACHED_VEILS)
def _palette(accent: Color, *, has_gradient: bool) -> Palette:
    """Derive what is read on the veil over black as well as over white."""
    veil = _veil(accent, has_gradient=has_gradient)
    worst = veiled_white(veil, dense_alpha(veil))
    dark = palette(Ground.PLAIN, Theme.DARK, accent, veil)
    return replace(
        dark,
        ground=veil,
        grounds=(veil, worst),
        ink=WHITE,
        muted=readable(dark.muted, veil, worst),
        accent_text=readable(accent, veil, worst),
    )


def _veil(accent: Color, *, has_gradient: bool) -> Color:
    """Give a near black; of the accent's hue where a gradient is asked for."""
    tone = to_oklch(accent)
    if has_gradient:
        return from_oklch(0.23, min(tone.chroma, 0.11), tone.hue)
    return from_oklch(0.14, min(tone.chroma, 0.012), tone.hue)
