"""Words on a shape of their own."""

from __future__ import annotations

from og_render.color.palettes import Palette
from og_render.layout.boxes import Node, Text
from og_render.layout.parts.type import label
from og_render.layout.shapes import Frame
from og_render.text.fonts import BOLD
from og_render.text.styles import Step, TypeStyle


def chip(text: str, palette: Palette, size_px: float = 24) -> Node | None:
    """Give a word on a faint accent."""
    if not text:
        return None
    style = label(palette, size_px).in_color(palette.on_soft)
    return Frame(Text(text, style), palette.soft, radius=999, pad_x=size_px * 0.8, pad_y=9)


def pill(text: str, palette: Palette, size_px: float = 34) -> Node | None:
    """Give a word on the accent itself."""
    if not text:
        return None
    steps = (Step(size_px), Step(size_px * 0.8), Step(size_px * 0.65))
    style = TypeStyle(steps, palette.on_accent, BOLD, 1.2, -0.02)
    return Frame(Text(text, style), palette.accent, radius=999, pad_x=size_px * 0.85, pad_y=14)
