"""The colours of one card, all derived from its theme and its accent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from og_render.color.colors import (
    BLACK,
    TEXT_CONTRAST_MIN,
    WHITE,
    Color,
    contrast,
    from_oklch,
    mix,
    readable,
    to_oklch,
)

# Neutrals take a breath of the accent's hue, so that greys and accent belong together.
_TINT_CHROMA_MAX = 0.012


class Theme(Enum):
    """Light or dark design."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Palette:
    """Colours by role. Text roles have the contrast that text needs on every ground of the card."""

    theme: Theme
    ground: Color
    grounds: tuple[Color, ...]
    """Every colour that text may stand on: the ground, and with a gradient its extremes."""
    panel: Color
    on_ground: Color
    """Plain white or black, whichever stands out."""
    hairline: Color
    unlit: Color
    """For the part of a scale that is not reached."""
    ink: Color
    muted: Color
    accent: Color
    accent_text: Color
    on_accent: Color
    soft: Color
    """A fill of the faintest accent, for chips and ornaments."""
    on_soft: Color


def palette(theme: Theme, accent: Color, grounds: tuple[Color, ...] = ()) -> Palette:
    """Derive a palette; grounds are the extremes of the gradient the card stands on, if any."""
    tone = to_oklch(accent)
    tint = min(tone.chroma, _TINT_CHROMA_MAX)
    dark = theme is Theme.DARK
    ground = ground_color(theme, accent)
    all_grounds = (ground, *grounds)
    soft = mix(ground, accent, 0.20 if dark else 0.10)
    return Palette(
        theme=theme,
        ground=ground,
        grounds=all_grounds,
        panel=from_oklch(0.225 if dark else 1.0, tint if dark else 0.0, tone.hue),
        on_ground=WHITE if dark else BLACK,
        hairline=from_oklch(0.32 if dark else 0.905, tint, tone.hue),
        unlit=mix(ground, WHITE if dark else BLACK, 0.20 if dark else 0.13),
        ink=from_oklch(0.975 if dark else 0.19, min(tint, 0.006) if dark else tint * 1.6, tone.hue),
        muted=readable(from_oklch(0.74 if dark else 0.47, tint * 1.2, tone.hue), *all_grounds),
        accent=accent,
        accent_text=readable(accent, *all_grounds),
        on_accent=_on(accent),
        soft=soft,
        on_soft=readable(accent, soft),
    )


def ground_color(theme: Theme, accent: Color) -> Color:
    """Give the flat background."""
    tone = to_oklch(accent)
    tint = min(tone.chroma, _TINT_CHROMA_MAX)
    if theme is Theme.DARK:
        return from_oklch(0.165, tint, tone.hue)
    return from_oklch(0.988, tint * 0.3, tone.hue)


def _on(fill: Color) -> Color:
    """Give white where it can be read on a fill, else black; one of them always can."""
    return WHITE if contrast(WHITE, fill) >= TEXT_CONTRAST_MIN else BLACK
