from __future__ import annotations

import numpy as np
import pytest

from og_render.encoding.png import encode
from tests.unit.render.drawn import decoded

SEED = 5


@pytest.mark.parametrize("has_photo", [False, True])
def test_a_file_holds_the_pixels_it_was_given(*, has_photo: bool) -> None:
    rng = np.random.default_rng(SEED)
    pixels = rng.integers(0, 256, (130, 40, 4), dtype=np.uint8)
    pixels[:60] = 200
    again = decoded(encode(pixels, has_photo=has_photo))
    assert again.shape == (130, 40, 3)
    assert (again == pixels[..., :3]).all()
