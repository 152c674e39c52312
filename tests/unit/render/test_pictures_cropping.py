from __future__ import annotations

import random

from PIL import Image

from og_render.pictures.picture import Picture


def test_a_picture_of_any_size_fills_a_box_of_any_size() -> None:
    seed = random.randrange(1 << 32)
    rng = random.Random(seed)
    for _ in range(400):
        size, box = ((rng.randint(2, 400), rng.randint(2, 400)) for _ in range(2))
        shown = Picture(Image.new("RGB", size, "teal")).covering(*box)
        assert (shown.width(), shown.height()) == box, f"{size}, seed {seed}"
