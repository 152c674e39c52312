"""Contact sheets: many cards on one picture."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

CARD_PX = (600, 315)
GAP_PX = 20
_GROUND = (208, 212, 218)


def small(png: bytes, size: tuple[int, int] = CARD_PX) -> Image.Image:
    """Reduce a card; at half its size the mean of two by two pixels takes the dither away."""
    return Image.open(io.BytesIO(png)).convert("RGB").resize(size, Image.Resampling.BOX)


def contact_sheet(cards: Sequence[Image.Image], columns: int, gap_px: int = GAP_PX) -> Image.Image:
    """Lay cards of one size out on one picture."""
    width, height = cards[0].size
    rows = -(-len(cards) // columns)
    size = (columns * (width + gap_px) + gap_px, rows * (height + gap_px) + gap_px)
    sheet = Image.new("RGB", size, _GROUND)
    for number, card in enumerate(cards):
        row, column = divmod(number, columns)
        sheet.paste(card, (gap_px + column * (width + gap_px), gap_px + row * (height + gap_px)))
    return sheet
