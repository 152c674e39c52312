"""Pictures as the main thing of a card."""

from __future__ import annotations

from og_render.cards import Content
from og_render.color.colors import Color
from og_render.layout.boxes import Centered, Node, Sized, Stack
from og_render.layout.shapes import Bar, Cover, Inset

_EXHIBIT_RADIUS_PX = 32
_EXHIBIT_MARGIN_PX = 36


def exhibit(content: Content, name: str, width: float, height: float) -> Node | None:
    """Give a picture in a large frame: photographs fill it, goods on a plain ground stand in it."""
    picture = content.picture(name)
    if picture is None:
        return None
    palette = content.palette
    edge = picture.plain_edge()
    if edge is None and not picture.is_cut_out():
        return Cover(picture, width, height, _EXHIBIT_RADIUS_PX, palette.hairline)
    ground = Color(*edge) if edge else palette.panel
    margin = _EXHIBIT_MARGIN_PX
    goods = Inset(picture, width - 2 * margin, height - 2 * margin)
    frame = Bar(width, height, ground, _EXHIBIT_RADIUS_PX, palette.hairline)
    return Sized(Stack([frame, Centered(goods)]), width, height)
