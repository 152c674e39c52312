from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from og_render.pictures.cropping import window
from og_render.pictures.picture import Picture

SEED = 5
SKY, COAT = (150, 190, 230), (190, 40, 40)


def with_subject(width: int, height: int, x: float, y: float) -> Image.Image:
    """Draw something that stands out before a soft ground, its middle at shares of the sides."""
    image = Image.new("RGB", (width, height), SKY)
    side = min(width, height) / 4
    left, top = x * width - side / 2, y * height - side / 2
    draw = ImageDraw.Draw(image)
    draw.rectangle((left, top, left + side, top + side), COAT)
    draw.ellipse((left + side / 4, top, left + side / 2, top + side / 2), "white")
    return image


@pytest.mark.parametrize("x", [0.12, 0.3, 0.5, 0.7, 0.88])
def test_a_subject_beside_the_middle_stays_in_a_narrow_place(x: float) -> None:
    left, top, right, bottom = window(with_subject(1600, 800, x, 0.5), 400, 500)
    side = 800 / 4
    assert left <= x * 1600 - side / 2
    assert right >= x * 1600 + side / 2
    assert (top, bottom) == (0, 800)


@pytest.mark.parametrize("y", [0.15, 0.4, 0.85])
def test_a_subject_above_or_below_stays_in_a_flat_place(y: float) -> None:
    left, top, right, bottom = window(with_subject(800, 1600, 0.5, y), 800, 500)
    side = 800 / 4
    assert top <= y * 1600 - side / 2
    assert bottom >= y * 1600 + side / 2
    assert (left, right) == (0, 800)


def test_a_plain_picture_is_cut_in_the_middle_and_a_portrait_above_it() -> None:
    left, _, right, _ = window(Image.new("RGB", (1600, 800), SKY), 100, 100)
    assert (left + right) / 2 == pytest.approx(800, abs=20)
    _, top, _, bottom = window(Image.new("RGB", (800, 1600), SKY), 100, 100)
    assert (top + bottom) / 2 < 700


def test_every_window_lies_in_the_picture_with_the_proportions_asked_for() -> None:
    rng = random.Random(SEED)
    for _ in range(200):
        size = rng.randint(2, 300), rng.randint(2, 300)
        grain = np.random.default_rng(SEED).integers(0, 256, (size[1], size[0], 3), np.uint8)
        image = Image.fromarray(grain).convert(rng.choice(["RGB", "RGBa", "CMYK"]))
        width, height = rng.randint(1, 1200), rng.randint(1, 1350)
        left, top, right, bottom = window(image, width, height)
        told = f"seed {SEED}: {size} to {(width, height)}"
        assert 0 <= left < right <= size[0] + 1e-6, told
        assert 0 <= top < bottom <= size[1] + 1e-6, told
        assert (right - left) / (bottom - top) == pytest.approx(width / height), told
        assert right - left == pytest.approx(size[0]) or bottom - top == pytest.approx(size[1])
        covering = Picture(image.convert("RGB")).covering(width, height)
        assert (covering.width(), covering.height()) == (width, height)


def test_a_picture_of_any_size_fills_a_box_of_any_size() -> None:
    seed = random.randrange(1 << 32)
    rng = random.Random(seed)
    for _ in range(400):
        size, box = ((rng.randint(2, 400), rng.randint(2, 400)) for _ in range(2))
        shown = Picture(Image.new("RGB", size, "teal")).covering(*box)
        assert (shown.width(), shown.height()) == box, f"{size}, seed {seed}"
