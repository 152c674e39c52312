"""The styles of type that templates share, so that cards look like one family."""

from __future__ import annotations

from og_render.color.palettes import Palette
from og_render.layout.boxes import Node, Text
from og_render.text.fonts import BOLD, MEDIUM, REGULAR, SEMIBOLD
from og_render.text.styles import Step, TypeStyle


def headline(palette: Palette, *steps: Step) -> TypeStyle:
    """Give the style of a title."""
    return TypeStyle(steps, palette.ink, BOLD, 1.1, -0.03, is_balanced=True)


def body(palette: Palette, size_px: float = 30, lines_max: int = 2) -> TypeStyle:
    """Give the style of running text under a title."""
    step = Step(size_px, lines_max)
    return TypeStyle((step,), palette.muted, REGULAR, 1.42, -0.011, is_balanced=True)


def label(palette: Palette, size_px: float = 26, weight: int = SEMIBOLD) -> TypeStyle:
    """Give the style of one short line."""
    return TypeStyle((Step(size_px),), palette.ink, weight, 1.25, -0.012)


def quiet(palette: Palette, size_px: float = 24) -> TypeStyle:
    """Give the style of a short line of less weight."""
    return TypeStyle((Step(size_px),), palette.muted, MEDIUM, 1.25, -0.008)


def text_or_none(text: str, style: TypeStyle) -> Node | None:
    """Give a text node, None for an empty text."""
    return Text(text, style) if text else None
