from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from og_render.color.backgrounds import Background, background
from og_render.color.colors import Color, parse_color
from og_render.color.grounds import Ground, Theme, backdrop
from og_render.encoding.bounds import MAX_FILE_BYTES
from og_render.encoding.edges import EDGE_PX
from og_render.encoding.png import encode
from tests.unit.render.drawn import Pixels, decoded

SEED = 5
SIZE = (1200, 630)
INK, ACCENT = Color(0x11, 0x18, 0x27), parse_color("#16a34a")


def ground(*, has_gradient: bool = False, theme: Theme = Theme.LIGHT) -> Background:
    behind = backdrop(Ground.PLAIN, theme, ACCENT, has_gradient=has_gradient)
    return background(behind, SIZE, is_mirrored=False)


def word(color: Color) -> int:
    return color.red | color.green << 8 | color.blue << 16 | 0xFF << 24


def shown(words: NDArray[np.uint32]) -> Pixels:
    channels = np.ascontiguousarray(words[:, :-1]).view(np.uint8)
    return channels.reshape(*words[:, :-1].shape, 4)[..., :3]


def kind_of(png: bytes) -> str:
    return Image.open(io.BytesIO(png)).mode


@pytest.mark.parametrize("has_gradient", [False, True])
def test_areas_and_the_ground_keep_their_exact_colours(*, has_gradient: bool) -> None:
    behind = ground(has_gradient=has_gradient)
    words = behind.words.copy()
    words[100:200, 100:900] = word(INK)
    words[300:340, 100:188] = word(ACCENT)
    words[400:402, 100:188] = word(Color(0x12, 0x19, 0x26))  # nearly the ink
    png = encode(words, behind)
    assert kind_of(png) == "P"
    assert (decoded(png) == shown(words)).all()


def test_edges_of_letters_are_at_most_half_a_step_off() -> None:
    behind = ground()
    words = behind.words.copy()
    rng = np.random.default_rng(SEED)
    for y, x in rng.integers(20, 600, (4_000, 2)):
        share = rng.random()
        words[y, x] = word(Color(*(round(250 + (c - 250) * share) for c in (17, 24, 39))))
    png = encode(words, behind)
    assert kind_of(png) == "P"
    assert np.abs(decoded(png).astype(int) - shown(words)).max() <= 8, SEED


def test_a_quiet_photograph_is_kept_to_the_last_bit() -> None:
    behind = ground()
    words = behind.words.copy()
    words[60:560, 700:1130] = photo(500, 430, noise=6)
    png = encode(words, behind)
    assert kind_of(png) == "RGB"
    inside = slice(60, 560), slice(700 + EDGE_PX, 1130 - EDGE_PX)
    assert (decoded(png)[inside] == shown(words)[inside]).all(), SEED


@pytest.mark.parametrize("box", [(0, 630, 0, 1200), (60, 560, 300, 1130)])
def test_a_photograph_too_rich_is_rounded_in_its_own_place_only(
    box: tuple[int, int, int, int],
) -> None:
    top, bottom, left, right = box
    words = ground().words.copy()
    words[top:bottom, left:right] = photo(bottom - top, right - left, noise=14)
    words[10:40, 20:300] = word(INK)
    png = encode(words, ground())
    assert len(png) <= MAX_FILE_BYTES, SEED
    off = np.abs(decoded(png).astype(int) - shown(words)).max(axis=2)
    assert 0 < off.max() <= 10, SEED
    off[max(0, top - 30) : bottom + 30, max(0, left - 30) : right + 30] = 0
    assert not off.any(), SEED


@pytest.mark.parametrize("size", [(1200, 630), (1080, 1350)])
@pytest.mark.parametrize("times", [1, 2, 3, 5, 15])
def test_noise_through_and_through_is_in_bounds(size: tuple[int, int], times: int) -> None:
    """As it is, and enlarged, when pixels come side by side."""
    behind = background(parse_color("#ffffff"), size, is_mirrored=False)
    words = behind.words.copy()
    words[:, :-1] = photo(size[1], size[0] // times, noise=255).repeat(times, axis=1)
    assert len(encode(words, behind)) <= MAX_FILE_BYTES, SEED


def photo(height: int, width: int, *, noise: int) -> NDArray[np.uint32]:
    rng = np.random.default_rng(SEED)
    across = np.linspace(40, 200, width)[None, :, None] + rng.integers(0, noise, (height, width, 3))
    channels = np.full((height, width, 4), 255, dtype=np.uint8)
    channels[..., :3] = np.clip(across, 0, 255)
    return channels.view("<u4")[..., 0]


@pytest.mark.parametrize("theme", Theme)
def test_a_gradient_has_neither_bands_nor_weight(theme: Theme) -> None:
    behind = ground(has_gradient=True, theme=theme)
    png = encode(behind.words.copy(), behind)
    assert len(png) < 20_000
    pixels = decoded(png).astype(int)
    assert np.abs(np.diff(pixels[::2, ::2], axis=1)).max() <= 3
    assert np.ptp(pixels.reshape(-1, 3), axis=0).max() > 8
