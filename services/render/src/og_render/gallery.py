"""Draws every template in every colour and script: `python -m og_render.gallery OUT_DIR`."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from og_render.cards import Card, Template
from og_render.drawing import draw
from og_render.fonts import FontBook
from og_render.palettes import Theme
from og_render.samples import SAMPLES, Sample, values_of
from og_render.showcase import SHOWCASE
from og_render.templates import TEMPLATES

SHEET_COLUMNS = 3
SHOWCASE_COLUMNS = 2
SHEET_CARD_PX = (600, 315)
SHEET_GAP_PX = 20
_SHEET_GROUND = (208, 212, 218)


def main() -> None:
    """Write one PNG a card, one contact sheet a look, and the README's picture, cards.png."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    book = FontBook()
    shown = contact_sheet([draw(card, book).png for card in SHOWCASE], SHOWCASE_COLUMNS)
    shown.save(folder / "cards.png", optimize=True)
    for template in TEMPLATES.values():
        for theme, gradient in looks():
            look = f"{theme.value}-gradient" if gradient else theme.value
            name = f"{template.template_id.replace('/', '-')}-{look}"
            cards = []
            for sample in SAMPLES:
                png = draw(sample_card(template, theme, sample, has_gradient=gradient), book).png
                (folder / f"{name}-{sample.name}.png").write_bytes(png)
                cards.append(png)
            contact_sheet(cards).save(folder / f"sheet-{name}.png")


def looks() -> Iterator[tuple[Theme, bool]]:
    """Give every theme, flat and with a gradient."""
    for theme in Theme:
        for gradient in (False, True):
            yield theme, gradient


def sample_card(
    template: Template, theme: Theme, sample: Sample, *, has_gradient: bool = False
) -> Card:
    """Give a card with a value in every field of its template."""
    values = values_of(sample)
    return Card(
        template_id=template.template_id,
        theme=theme,
        has_gradient=has_gradient,
        language_code=sample.language_code,
        values={field.name: values[field.name] for field in template.fields},
    )


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


if __name__ == "__main__":
    main()
