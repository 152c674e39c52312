"""Short facts, each beside a sign that says what it is."""

from __future__ import annotations

from og_render.color.palettes import Palette
from og_render.layout.boxes import Node, Text
from og_render.layout.icons import Icon, Sign, Signed
from og_render.text.fonts import MEDIUM
from og_render.text.styles import Step, TypeStyle

_ICON_SCALE, _GAP_SCALE = 1.12, 0.55


def fact(
    sign: Sign, text: str, palette: Palette, size_px: float, lines_max: int = 1
) -> Node | None:
    """Give a sign and a text, None for an empty text."""
    if not text:
        return None
    style = TypeStyle((Step(size_px, lines_max),), palette.ink, MEDIUM, 1.25, -0.012)
    icon = Icon(sign, round(size_px * _ICON_SCALE), palette.accent_text)
    return Signed(icon, Text(text, style), round(size_px * _GAP_SCALE))
