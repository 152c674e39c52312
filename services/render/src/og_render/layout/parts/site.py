"""What says whose page it is."""

from __future__ import annotations

from og_render.cards import Content
from og_render.layout.boxes import Centered, Node, Row, Sized, Stack
from og_render.layout.parts.logos import is_seen
from og_render.layout.parts.type import label, text_or_none
from og_render.layout.shapes import Bar, Cover, Inset


def site_mark(content: Content, *, size_px: float = 28, icon_px: float = 44) -> Node | None:
    """Give the site's logo and name side by side."""
    icon = site_icon(content, icon_px)
    name = text_or_none(content.text("siteName"), label(content.palette, size_px))
    if icon is None and name is None:
        return None
    return Row([icon, name], gap=round(icon_px * 0.36))


def site_icon(content: Content, size_px: float) -> Node | None:
    """Give the favicon as a small tile; without one, nothing."""
    picture = content.picture("favicon")
    if picture is None:
        return None
    radius = round(size_px * 0.24)
    if not picture.is_cut_out():
        return Cover(picture, size_px, size_px, radius, content.palette.hairline)
    if is_seen(picture, content.palette.ground):
        return Inset(picture, size_px, size_px)
    # A dark logo on a dark ground, or a pale one on a pale ground, gets a tile to be seen on.
    tile = Bar(size_px, size_px, content.palette.on_ground, radius)
    logo = Centered(Inset(picture, size_px * 0.72, size_px * 0.72))
    return Sized(Stack([tile, logo]), size_px, size_px)
