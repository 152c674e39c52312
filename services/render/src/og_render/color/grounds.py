"""What a card stands on: one colour, or a gradient, derived from theme and accent."""

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
TINT_CHROMA_MAX = 0.012
_TURN = 0.55


class Theme(Enum):
    """Light or dark design."""

    LIGHT = "light"
    DARK = "dark"


class Ground(Enum):
    """What a template stands on."""

    PLAIN = "plain"
    """The theme's colour; with a gradient asked for, one of faint accent."""
    ACCENT = "accent"
    """The accent itself; with a gradient asked for, as VIVID."""
    VIVID = "vivid"
    """A gradient around the accent, whether asked for or not."""


@dataclass(frozen=True)
class Gradient:
    """From the lower start corner to the upper end corner, over a middle colour."""

    near: Color
    middle: Color
    far: Color

    @property
    def colors(self) -> tuple[Color, ...]:
        """The stops and what lies halfway, where a blend can be darker than both its ends."""
        halves = (mix(self.near, self.middle, 0.5), mix(self.middle, self.far, 0.5))
        return (self.near, self.middle, self.far, *halves)

    @property
    def stops(self) -> tuple[Color, ...]:
        """Start, middle and end."""
        return (self.near, self.middle, self.far)


Backdrop = Color | Gradient


def backdrop(ground: Ground, theme: Theme, accent: Color, *, has_gradient: bool) -> Backdrop:
    """Derive what a card stands on."""
    if ground is Ground.VIVID or (ground is Ground.ACCENT and has_gradient):
        return _vivid(theme, accent)
    if ground is Ground.ACCENT:
        return accent
    return _faint(theme, accent) if has_gradient else ground_color(theme, accent)


def ground_color(theme: Theme, accent: Color) -> Color:
    """Give the flat background of a theme."""
    tone = to_oklch(accent)
    tint = min(tone.chroma, TINT_CHROMA_MAX)
    if theme is Theme.DARK:
        return from_oklch(0.165, tint, tone.hue)
    return from_oklch(0.988, tint * 0.3, tone.hue)


def ink_on(fill: Color) -> Color:
    """Give white where it can be read on a fill, else black; one of them always can."""
    return WHITE if contrast(WHITE, fill) >= TEXT_CONTRAST_MIN else BLACK


def _faint(theme: Theme, accent: Color) -> Gradient:
    """Pale in the light theme, deep in the dark one."""
    tone = to_oklch(accent)
    if theme is Theme.DARK:
        return Gradient(
            near=from_oklch(0.155, min(tone.chroma, 0.03), tone.hue),
            middle=from_oklch(0.21, min(tone.chroma, 0.065), tone.hue),
            far=from_oklch(0.37, min(tone.chroma, 0.125), tone.hue + _TURN * 0.4),
        )
    return Gradient(
        near=from_oklch(0.993, min(tone.chroma, 0.004), tone.hue),
        middle=from_oklch(0.965, min(tone.chroma, 0.022), tone.hue),
        far=from_oklch(0.875, min(tone.chroma, 0.085), tone.hue + _TURN),
    )


def _vivid(theme: Theme, accent: Color) -> Gradient:
    """Turn the hue both ways from the accent; what is read on the accent is read on all of it."""
    tone = to_oklch(accent)
    ink = ink_on(accent)
    step = 0.16 if theme is Theme.DARK else 0.07
    away = -step if ink == WHITE else step
    if not 0 <= tone.lightness + away <= 1:
        away = -away
    near = from_oklch(tone.lightness + away, tone.chroma, tone.hue - _TURN * 0.5)
    far = from_oklch(tone.lightness, tone.chroma, tone.hue + _TURN)
    return Gradient(readable(near, ink), accent, readable(far, ink))
