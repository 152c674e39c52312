"""Who offers it: a firm with its logo."""

from __future__ import annotations

from og_render.cards import Content
from og_render.layout.boxes import Centered, Node, Row, Sized, Stack, Text
from og_render.layout.parts.people import initial_of
from og_render.layout.parts.site import site_icon
from og_render.layout.parts.type import label
from og_render.layout.shapes import Bar, Frame


def company_chip(content: Content, name: str, size_px: float) -> Node | None:
    """Give a firm's logo, or its initial, and its name on a shape of their own."""
    if not name:
        return None
    palette, icon_px = content.palette, round(size_px * 1.6)
    logo = site_icon(content, icon_px) or _initial(content, name, icon_px)
    style = label(palette, size_px).in_color(palette.on_soft)
    words = Row([logo, Text(name, style)], gap=round(size_px * 0.5))
    return Frame(words, palette.soft, radius=999, pad_x=round(size_px * 0.7), pad_y=10)


def _initial(content: Content, name: str, side_px: float) -> Node | None:
    letter = initial_of(name)
    if not letter:
        return None
    palette = content.palette
    style = label(palette, round(side_px * 0.5)).in_color(palette.on_accent)
    tile = Bar(side_px, side_px, palette.accent, round(side_px * 0.24))
    return Sized(Stack([tile, Centered(Text(letter, style))]), side_px, side_px)
