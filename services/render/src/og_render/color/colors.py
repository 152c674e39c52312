# ruff: noqa: PLR2004 - the numbers are those of the standards named below
"""Colours: sRGB in, OKLab inside, contrast after WCAG 2.2."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

TEXT_CONTRAST_MIN = 4.5
_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")
_GAMUT_STEPS = 12
_CONTRAST_STEPS = 200


@dataclass(frozen=True)
class Color:
    """An opaque sRGB colour, each channel 0 to 255."""

    red: int
    green: int
    blue: int

    @property
    def argb(self) -> int:
        """The colour as Skia takes it, fully opaque."""
        return 0xFF000000 | self.red << 16 | self.green << 8 | self.blue

    def with_alpha(self, alpha: float) -> int:
        """Give the colour as Skia takes it; alpha 0 to 1."""
        return (round(alpha * 255) << 24) | (self.argb & 0xFFFFFF)

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 to 1 (WCAG 2.2)."""
        red, green, blue = (_linear(channel) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


WHITE = Color(255, 255, 255)
BLACK = Color(0, 0, 0)


@dataclass(frozen=True)
class Oklch:
    """Lightness 0 to 1, chroma 0 to about 0.37, hue in radians."""

    lightness: float
    chroma: float
    hue: float


def parse_color(text: str) -> Color:
    """Read "#rrggbb"; ValueError for anything else."""
    match = _HEX.fullmatch(text)
    if match is None:
        raise ValueError(f"not of the form #rrggbb: {text!r}")
    return Color(*(int(part, 16) for part in match.groups()))


def contrast(first: Color, second: Color) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((first.luminance, second.luminance), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def to_oklch(color: Color) -> Oklch:
    """Convert to OKLCH (Björn Ottosson, 2020)."""
    red, green, blue = (_linear(channel) for channel in (color.red, color.green, color.blue))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def from_oklch(lightness: float, chroma: float, hue: float) -> Color:
    """Convert from OKLCH; chroma is lowered until the colour exists in sRGB."""
    low, high = 0.0, chroma
    if _in_gamut(channels := _channels(lightness, chroma, hue)):
        return _rounded(channels)
    for _ in range(_GAMUT_STEPS):
        middle = (low + high) / 2
        if _in_gamut(_channels(lightness, middle, hue)):
            low = middle
        else:
            high = middle
    return _rounded(_channels(lightness, low, hue))


def mix(first: Color, second: Color, share: float) -> Color:
    """Blend in sRGB as drawing does; share 0 gives first, 1 second."""
    pairs = zip(
        (first.red, first.green, first.blue), (second.red, second.green, second.blue), strict=True
    )
    return Color(*(round(one + (two - one) * share) for one, two in pairs))


def readable(color: Color, *grounds: Color, ratio: float = TEXT_CONTRAST_MIN) -> Color:
    """Give color, or the nearest lightness of it that has the ratio on every ground.

    Where no lightness does (grounds far apart), black or white, whichever is read better.
    """
    if _worst(color, grounds) >= ratio:
        return color
    start = to_oklch(color)
    for step in range(1, _CONTRAST_STEPS + 1):
        for sign in (-1, 1):
            lightness = start.lightness + sign * step / _CONTRAST_STEPS
            if 0 <= lightness <= 1:
                candidate = from_oklch(lightness, start.chroma, start.hue)
                if _worst(candidate, grounds) >= ratio:
                    return candidate
    return max((WHITE, BLACK), key=lambda ink: _worst(ink, grounds))


def _worst(color: Color, grounds: tuple[Color, ...]) -> float:
    return min(contrast(color, ground) for ground in grounds)


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _channels(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _in_gamut(channels: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in channels)


def _rounded(channels: tuple[float, float, float]) -> Color:
    return Color(*(round(255 * _encoded(min(1.0, max(0.0, channel)))) for channel in channels))
