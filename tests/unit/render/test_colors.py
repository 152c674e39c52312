from __future__ import annotations

import random

import pytest

from og_render.color.colors import (
    BLACK,
    TEXT_CONTRAST_MIN,
    WHITE,
    Color,
    contrast,
    from_oklch,
    parse_color,
    readable,
    to_oklch,
)
from og_render.color.grounds import Ground, Theme, backdrop
from og_render.color.palettes import Palette, palette

SEED = 20261123
CORNERS = [Color(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)]


def accents() -> list[Color]:
    rng = random.Random(SEED)
    return CORNERS + [Color(*(rng.randrange(256) for _ in range(3))) for _ in range(60)]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(parse_color("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)


def derived(ground: Ground, theme: Theme, accent: Color, *, has_gradient: bool) -> Palette:
    return palette(
        ground, theme, accent, backdrop(ground, theme, accent, has_gradient=has_gradient)
    )


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("has_gradient", [False, True])
def test_every_text_can_be_read_whatever_the_accent(
    ground: Ground, theme: Theme, *, has_gradient: bool
) -> None:
    for accent in accents():
        colors = derived(ground, theme, accent, has_gradient=has_gradient)
        for under in colors.grounds:
            for ink in (colors.ink, colors.muted, colors.accent_text):
                assert contrast(ink, under) >= TEXT_CONTRAST_MIN, (SEED, accent, under)
        assert contrast(colors.on_accent, colors.accent) >= TEXT_CONTRAST_MIN, accent
        assert contrast(colors.on_soft, colors.soft) >= TEXT_CONTRAST_MIN, accent


def test_the_accent_itself_is_never_changed() -> None:
    for accent in accents():
        assert derived(Ground.PLAIN, Theme.LIGHT, accent, has_gradient=False).accent == accent
        assert derived(Ground.ACCENT, Theme.DARK, accent, has_gradient=False).ground == accent


def test_a_colour_that_can_be_read_is_left_alone() -> None:
    assert readable(parse_color("#1d4ed8"), WHITE) == parse_color("#1d4ed8")


def test_a_corrected_colour_keeps_its_hue() -> None:
    yellow = parse_color("#facc15")
    corrected = readable(yellow, WHITE)
    assert corrected != yellow
    assert to_oklch(corrected).hue == pytest.approx(to_oklch(yellow).hue, abs=0.15)


def test_oklch_gives_back_what_it_took() -> None:
    for color in accents():
        tone = to_oklch(color)
        again = from_oklch(tone.lightness, tone.chroma, tone.hue)
        assert max(abs(again.red - color.red), abs(again.blue - color.blue)) <= 1, color


@pytest.mark.parametrize(
    "text", ["", "#fff", "2563eb", "#2563EB", "#2563e", "#2563eg", "#2563eb\n"]
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        parse_color(text)
