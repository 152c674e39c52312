"""The colours of one card, all derived from its theme, its accent and what it stands on."""

from __future__ import annotations

from dataclasses import dataclass

from og_render.color.colors import BLACK, WHITE, Color, from_oklch, mix, readable, to_oklch
from og_render.color.grounds import (
    TINT_CHROMA_MAX,
    Backdrop,
    Gradient,
    Ground,
    Theme,
    ground_color,
    ink_on,
)


@dataclass(frozen=True)
class Palette:
    """Colours by role. Text roles have the contrast that text needs on every ground of the card."""

    theme: Theme
    ground: Color
    grounds: tuple[Color, ...]
    """Every colour that text may stand on: the ground, and of a gradient its extremes."""
    panel: Color
    on_ground: Color
    """Plain white or black, whichever stands out."""
    hairline: Color
    unlit: Color
    """For the part of a scale that is not reached."""
    ink: Color
    muted: Color
    accent: Color
    """What stands out: the accent, or the ink where the accent is the ground."""
    accent_text: Color
    on_accent: Color
    soft: Color
    """A fill of the faintest accent, for chips and ornaments."""
    on_soft: Color


def palette(ground: Ground, theme: Theme, accent: Color, backdrop: Backdrop) -> Palette:
    """Derive a palette for what a card stands on."""
    grounds = backdrop.colors if isinstance(backdrop, Gradient) else (backdrop,)
    if ground is Ground.PLAIN:
        return _on_plain(theme, accent, grounds)
    return _on_accent(theme, accent, grounds)


def _on_plain(theme: Theme, accent: Color, grounds: tuple[Color, ...]) -> Palette:
    tone = to_oklch(accent)
    tint = min(tone.chroma, TINT_CHROMA_MAX)
    dark = theme is Theme.DARK
    ground = ground_color(theme, accent)
    soft = mix(ground, accent, 0.20 if dark else 0.10)
    return Palette(
        theme=theme,
        ground=ground,
        grounds=grounds,
        panel=from_oklch(0.225 if dark else 1.0, tint if dark else 0.0, tone.hue),
        on_ground=WHITE if dark else BLACK,
        hairline=from_oklch(0.32 if dark else 0.905, tint, tone.hue),
        unlit=mix(ground, WHITE if dark else BLACK, 0.20 if dark else 0.13),
        ink=from_oklch(0.975 if dark else 0.19, min(tint, 0.006) if dark else tint * 1.6, tone.hue),
        muted=readable(from_oklch(0.74 if dark else 0.47, tint * 1.2, tone.hue), ground, *grounds),
        accent=accent,
        accent_text=readable(accent, ground, *grounds),
        on_accent=ink_on(accent),
        soft=soft,
        on_soft=readable(accent, soft),
    )


def _on_accent(theme: Theme, accent: Color, grounds: tuple[Color, ...]) -> Palette:
    ink = ink_on(accent)
    soft = mix(accent, ink, 0.14)
    return Palette(
        theme=theme,
        ground=accent,
        grounds=grounds,
        panel=soft,
        on_ground=ink,
        hairline=mix(accent, ink, 0.30),
        unlit=mix(accent, ink, 0.35),
        ink=ink,
        muted=readable(mix(ink, accent, 0.16), *grounds),
        accent=ink,
        accent_text=ink,
        on_accent=readable(accent, ink),
        soft=soft,
        on_soft=readable(ink, soft),
    )
