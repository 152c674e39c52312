"""Pictures that run to the card's edges."""

from __future__ import annotations

from og_render.cards import Content
from og_render.color.colors import Color
from og_render.color.palettes import Palette
from og_render.layout.boxes import Centered, Node, Sized, Stack
from og_render.layout.parts.logos import is_seen
from og_render.layout.shapes import Bar, Cover, Inset
from og_render.pictures.opening import Picture

_MARGIN_SHARE = 0.1
_RADIUS_PX = 20
# A picture that would be enlarged by more is shown whole and smaller, on its own colour,
_ENLARGEMENT_MAX = 3.0
# and so is one of which less would be left.
_SHOWN_SHARE_MIN = 0.3
# What would be a speck in its box even so is no picture for it.
_SIDE_SHARE_MIN = 0.15


def full_bleed(content: Content, name: str, width: float, height: float) -> Node | None:
    """Give a picture that fills a box without a frame: cropped where it bears it, else whole.

    None for a picture that is far too small for the box.
    """
    picture = content.picture(name)
    if picture is None or max(picture.size) < _SIDE_SHARE_MIN * min(width, height):
        return None
    is_photo = picture.plain_edge() is None and not picture.is_cut_out()
    if is_photo and _bears_cropping(picture, width, height):
        return Cover(picture, width, height, 0)
    margin = min(width, height) * _MARGIN_SHARE
    radius = _RADIUS_PX if is_photo else 0
    whole = Inset(picture, width - 2 * margin, height - 2 * margin, radius)
    return Sized(
        Stack([Bar(width, height, _ground(picture, content.palette)), Centered(whole)]),
        width,
        height,
    )


def _ground(picture: Picture, palette: Palette) -> Color:
    """Give what a whole picture stands on: a colour of its own, or one on which it is seen."""
    if edge := picture.plain_edge():
        return Color(*edge)
    if not picture.is_cut_out():
        return picture.mean_color()
    return palette.panel if is_seen(picture, palette.panel) else palette.on_ground


def _bears_cropping(picture: Picture, width: float, height: float) -> bool:
    wide, high = picture.size
    enlargement = max(width / wide, height / high)
    shown = width * height / (wide * high * enlargement**2)
    return enlargement <= _ENLARGEMENT_MAX and shown >= _SHOWN_SHARE_MIN
