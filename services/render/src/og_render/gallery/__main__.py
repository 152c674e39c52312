"""Draws every template in every colour and script: `python -m og_render.gallery OUT_DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from og_render.drawing import draw
from og_render.gallery.looks import looks, sample_card
from og_render.gallery.samples import SAMPLES
from og_render.gallery.sheets import contact_sheet
from og_render.gallery.showcase import SHOWCASE
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook

SHOWCASE_COLUMNS = 2


def main() -> None:
    """Write one PNG a card, one contact sheet a look, and the README's picture, cards.png."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    book = FontBook()
    shown = contact_sheet([draw(card, book).image for card in SHOWCASE], SHOWCASE_COLUMNS)
    shown.save(folder / "cards.png", optimize=True)
    for template in TEMPLATES.values():
        for theme, gradient in looks():
            look = f"{theme.value}-gradient" if gradient else theme.value
            name = f"{template.template_id.replace('/', '-')}-{look}"
            cards = []
            for sample in SAMPLES:
                png = draw(sample_card(template, theme, sample, has_gradient=gradient), book).image
                (folder / f"{name}-{sample.name}.png").write_bytes(png)
                cards.append(png)
            contact_sheet(cards).save(folder / f"sheet-{name}.png")


if __name__ == "__main__":
    main()
