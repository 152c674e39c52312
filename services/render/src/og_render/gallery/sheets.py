"""Contact sheets: many cards on one picture."""

from __future__ import annotations

import io

from PIL import Image

SHEET_COLUMNS = 3
SHEET_CARD_PX = (600, 315)
SHEET_GAP_PX = 20
_SHEET_GROUND = (208, 212, 218)


def contact_sheet(cards: list[bytes], columns: int = SHEET_COLUMNS) -> Image.Image:
    """Lay cards out on one picture."""
    width, height = SHEET_CARD_PX
    rows = -(-len(cards) // columns)
    size = (
        columns * (width + SHEET_GAP_PX) + SHEET_GAP_PX,
        rows * (height + SHEET_GAP_PX) + SHEET_GAP_PX,
    )
    sheet = Image.new("RGB", size, _SHEET_GROUND)
    for number, png in enumerate(cards):
        # Half the size exactly: the mean of two by two pixels takes the gradients' dither away.
        card = Image.open(io.BytesIO(png)).resize(SHEET_CARD_PX, Image.Resampling.BOX)
        row, column = divmod(number, columns)
        left = SHEET_GAP_PX + column * (width + SHEET_GAP_PX)
        sheet.paste(card, (left, SHEET_GAP_PX + row * (height + SHEET_GAP_PX)))
    return sheet
