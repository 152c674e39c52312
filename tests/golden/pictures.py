"""Golden pictures: what every card looked like when somebody last looked at it.

One file a template and theme, its looks on one sheet of half-size cards, lossy: a card is compared
by the means of small blocks, in which the losses of compression and the edges of another rasteriser
cancel out and a missing word does not.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from og_render.cards import Template
from og_render.color.grounds import Theme
from og_render.drawing import draw
from og_render.gallery.looks import GOLDEN_LOOKS
from og_render.gallery.sheets import CARD_PX, small
from og_render.text.fonts import FontBook

FOLDER = Path(__file__).parent
SHOWN_IN = Path(".local/golden")
_COLUMNS = 2
_QUALITY, _EFFORT = 55, 6
# A block is a part of a letter. The form the files have differs from what was drawn by up to 18,
# one small letter for another by 40.
BLOCK_PX = 5
MAX_BLOCK_DIFFERENCE = 24.0
# Lossy pictures keep less of colours than of light: Y, Cb and Cr.
_WEIGHTS = np.array([1.0, 0.65, 0.65], dtype=np.float32)


def drawn(template: Template, theme: Theme, book: FontBook) -> list[bytes]:
    """Draw a template's looks."""
    return [draw(look.card(template, theme), book).image for look in GOLDEN_LOOKS]


def path_of(template: Template, theme: Theme) -> Path:
    """Say where the golden pictures of a template and theme are kept."""
    return FOLDER / f"{template.template_id.replace('/', '-')}-{theme.value}.webp"


def save(template: Template, theme: Theme, cards: list[bytes]) -> int:
    """Keep cards as golden; give the size of their file, bytes."""
    width, height = CARD_PX
    rows = -(-len(cards) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, height * rows))
    for number, card in enumerate(cards):
        sheet.paste(small(card), _corner(number))
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=_QUALITY, method=_EFFORT, use_sharp_yuv=True)
    path_of(template, theme).write_bytes(out.getvalue())
    return len(out.getvalue())


def load(template: Template, theme: Theme) -> list[Image.Image]:
    """Open the golden cards of a template and theme, at the size they are kept in."""
    sheet = Image.open(path_of(template, theme)).convert("RGB")
    corners = [_corner(number) for number in range(len(GOLDEN_LOOKS))]
    return [sheet.crop((x, y, x + CARD_PX[0], y + CARD_PX[1])) for x, y in corners]


def difference(golden: Image.Image, card: Image.Image) -> float:
    """Give how far the block that differs most is off, 0 to 255."""
    return float(np.abs(_blocks(golden) - _blocks(card)).max())


def show(name: str, golden: Image.Image, card: Image.Image) -> Path:
    """Write the golden picture, what was drawn and where they differ under each other."""
    SHOWN_IN.mkdir(parents=True, exist_ok=True)
    width, height = CARD_PX
    apart = ImageChops.difference(golden, card).point(lambda value: min(255, value * 4))
    sheet = Image.new("RGB", (width, 3 * height))
    for number, picture in enumerate((golden, card, apart)):
        sheet.paste(picture, (0, number * height))
    path = SHOWN_IN / f"{name}.png"
    sheet.save(path)
    return path


def _corner(number: int) -> tuple[int, int]:
    row, column = divmod(number, _COLUMNS)
    return column * CARD_PX[0], row * CARD_PX[1]


def _blocks(card: Image.Image) -> NDArray[np.float32]:
    """Give the mean light and colour of every block, weighed."""
    pixels = np.asarray(card.convert("YCbCr"), dtype=np.float32) * _WEIGHTS
    rows, columns = pixels.shape[0] // BLOCK_PX, pixels.shape[1] // BLOCK_PX
    blocks = pixels.reshape(rows, BLOCK_PX, columns, BLOCK_PX, 3)
    return np.asarray(blocks.mean(axis=(1, 3)))
