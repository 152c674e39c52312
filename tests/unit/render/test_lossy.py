from __future__ import annotations

import io
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from og_render.encoding import jpeg, webp
from og_render.encoding.bounds import MAX_FILE_BYTES

SEED = 11
both = pytest.mark.parametrize(("encoder", "kind"), [(jpeg, "JPEG"), (webp, "WEBP")])


def flat_card() -> NDArray[np.uint8]:
    pixels = np.full((630, 1200, 4), 255, dtype=np.uint8)
    pixels[100:300, 100:900] = (220, 30, 60, 255)
    return pixels


def grainy_photo() -> NDArray[np.uint8]:
    grain = np.random.default_rng(SEED).normal(0, 20, (1350, 1080, 4))
    light = np.linspace(40, 210, 1080)[None, :, None]
    return np.clip(light + grain, 0, 255).astype(np.uint8)


@both
def test_a_card_looks_the_same_and_is_opaque(encoder: ModuleType, kind: str) -> None:
    pixels = flat_card()
    with Image.open(io.BytesIO(encoder.encode(pixels))) as file:
        assert (file.format, file.mode, file.size) == (kind, "RGB", (1200, 630))
        shown = np.asarray(file).astype(int)
    off = np.abs(shown - pixels[..., :3])
    assert off[110:290, 110:890].max() <= 6
    assert off.mean() < 1


@both
def test_alpha_is_ignored(encoder: ModuleType, kind: str) -> None:
    del kind
    pixels = flat_card()
    clear = pixels.copy()
    clear[..., 3] = 0
    assert encoder.encode(clear) == encoder.encode(pixels)


@both
def test_a_card_of_grain_is_light_enough_to_be_fetched(encoder: ModuleType, kind: str) -> None:
    data = encoder.encode(grainy_photo())
    assert len(data) <= MAX_FILE_BYTES
    with Image.open(io.BytesIO(data)) as file:
        assert (file.format, file.size) == (kind, (1080, 1350))


def test_jpeg_is_baseline_with_colour_as_sharp_as_light() -> None:
    data = jpeg.encode(flat_card())
    frame = data.index(b"\xff\xc0")
    assert b"\xff\xc2" not in data[:frame]
    sampling = [data[frame + 11 + 3 * at] for at in range(3)]
    assert sampling == [0x11] * 3


def test_part_of_a_wider_array_is_encoded_alone() -> None:
    pixels = flat_card()
    assert jpeg.encode(np.pad(pixels, ((0, 0), (0, 1), (0, 0)))[:, :-1]) == jpeg.encode(pixels)
