"""A site's logo as the main thing of a card."""

from __future__ import annotations

from og_render.cards import Content
from og_render.color.colors import Color
from og_render.color.palettes import Palette
from og_render.layout.boxes import Centered, Node, Sized, Stack, Text
from og_render.layout.parts.logos import is_seen
from og_render.layout.parts.people import initial_of
from og_render.layout.parts.type import label
from og_render.layout.shapes import Bar, Cover, Inset
from og_render.pictures.opening import Picture
from og_render.text.fonts import BOLD

_RADIUS_SHARE = 0.24
_RIM_SHARE = 0.08
_LOGO_SHARE = 0.64
_LETTER_SHARE = 0.56
# Icons are often tiny: enlarged by more than this they stand smaller on a tile instead.
_ENLARGEMENT_MAX = 2.0


def emblem(content: Content, size_px: float) -> Node:
    """Give the favicon as a large tile with a rim; without one, the initial of the site or page."""
    palette = content.palette
    picture = content.picture("favicon")
    if picture is None:
        tile = _initial(content, size_px)
    elif picture.is_cut_out() or min(picture.size) * _ENLARGEMENT_MAX < size_px:
        tile = _on_tile(picture, palette, size_px)
    else:
        tile = Cover(picture, size_px, size_px, size_px * _RADIUS_SHARE)
    rim = round(size_px * _RIM_SHARE)
    side = size_px + 2 * rim
    frame = Bar(side, side, palette.panel, size_px * _RADIUS_SHARE + rim)
    return Sized(Stack([frame, Centered(Sized(tile, size_px, size_px))]), side, side)


def _on_tile(picture: Picture, palette: Palette, size_px: float) -> Node:
    logo = Centered(Inset(picture, size_px * _LOGO_SHARE, size_px * _LOGO_SHARE))
    return Stack([_tile(_tile_color(picture, palette), size_px), logo])


def _tile_color(picture: Picture, palette: Palette) -> Color:
    """Give the rim's own colour, or black or white where the logo would be lost on it."""
    return palette.panel if is_seen(picture, palette.panel) else palette.on_ground


def _initial(content: Content, size_px: float) -> Node:
    palette = content.palette
    letter = initial_of(content.text("siteName")) or initial_of(content.text("title"))
    style = label(palette, round(size_px * _LETTER_SHARE), BOLD).in_color(palette.on_accent)
    shown = Centered(Text(letter, style)) if letter else None
    return Stack([_tile(palette.accent, size_px), shown])


def _tile(color: Color, size_px: float) -> Bar:
    return Bar(size_px, size_px, color, size_px * _RADIUS_SHARE)
