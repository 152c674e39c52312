"""The colours of program text in an editor's window."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from og_render.color.colors import Color, from_oklch, readable, to_oklch
from og_render.color.grounds import TINT_CHROMA_MAX, Theme
from og_render.text.highlighting import Role

# Hue in degrees and chroma of OKLCH. Greens for what is quoted, warm for numbers, as editors have
# it; neighbours in a line lie far apart on the wheel.
_HUES = {
    Role.KEYWORD: (318, 0.19),
    Role.STRING: (148, 0.14),
    Role.NUMBER: (52, 0.15),
    Role.NAME: (258, 0.17),
    Role.TYPE: (195, 0.11),
}
_LIGHTNESS = {Theme.LIGHT: 0.5, Theme.DARK: 0.8}


@dataclass(frozen=True)
class EditorColors:
    """A window and what is written in it; every text colour has 4.5:1 on the window."""

    window: Color
    bar: Color
    hairline: Color
    dot: Color
    faint: Color
    """For line numbers and the language's name."""
    roles: Mapping[Role, Color]


def editor_colors(theme: Theme, accent: Color) -> EditorColors:
    """Derive an editor of the theme; its greys take a breath of the accent's hue."""
    dark = theme is Theme.DARK
    tone = to_oklch(accent)
    tint = min(tone.chroma, TINT_CHROMA_MAX)

    def grey(in_light: float, in_dark: float) -> Color:
        return from_oklch(in_dark if dark else in_light, tint, tone.hue)

    window, bar = grey(0.995, 0.19), grey(0.965, 0.235)
    ink = grey(0.27, 0.93)
    roles = {
        role: readable(from_oklch(_LIGHTNESS[theme], chroma, math.radians(hue)), window, bar)
        for role, (hue, chroma) in _HUES.items()
    }
    roles |= {Role.PLAIN: ink, Role.MARK: readable(grey(0.42, 0.78), window)}
    faint = readable(grey(0.58, 0.62), window, bar)
    roles[Role.COMMENT] = faint
    return EditorColors(window, bar, grey(0.9, 0.3), grey(0.85, 0.36), faint, roles)
