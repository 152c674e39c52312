"""Draws every template in every look: `python -m og_render.gallery OUT_DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from og_render.cards import CardSize, Template
from og_render.color.grounds import Theme
from og_render.drawing import draw
from og_render.gallery.looks import LOOKS
from og_render.gallery.page import Drawn, Section, page
from og_render.gallery.sheets import contact_sheet, small
from og_render.gallery.showcase import SHOWCASE, SHOWCASE_COLUMNS
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook

_SHOWN_CARD_PX = (480, 252)
_SHEET_CARD_PX, _SHEET_GAP_PX = (240, 126), 8
_PAIR_CARD_PX, _PAIR_COLUMNS = (300, 158), 4


def main() -> None:
    """Write index.html with every card, sheet.png with the wide ones, and the documents' own."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its argument
        sys.exit("usage: python -m og_render.gallery OUT_DIR")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    book = FontBook()
    shown = [small(draw(card, book).image, _SHOWN_CARD_PX) for card in SHOWCASE]
    contact_sheet(shown, SHOWCASE_COLUMNS).save(folder / "cards.png", optimize=True)
    sections = []
    for number, template in enumerate(TEMPLATES.values(), start=1):
        sections.append(_section(template, book))
        sizes = sorted(len(card.image) // 1000 for card in sections[-1].cards)
        _say(
            f"{number:2}/{len(TEMPLATES)} {template.template_id:22} "
            f"{len(sizes)} cards, {sizes[0]}–{sizes[-1]} kB"  # noqa: RUF001
        )
    (folder / "index.html").write_text(page(sections), encoding="utf-8")
    _sheet(sections).save(folder / "sheet.png", optimize=True)
    _pairs(sections).save(folder / "templates.png", optimize=True)
    _say(f"{folder}/index.html, sheet.png, templates.png and cards.png are written")


def _section(template: Template, book: FontBook) -> Section:
    """Draw a template in every look, both themes of a look together."""
    cards = tuple(
        Drawn(
            f"{look.name}, {theme.value}",
            look.size,
            draw(look.card(template, theme), book).image,
        )
        for look in LOOKS
        for theme in Theme
    )
    return Section(template, cards)


def _sheet(sections: list[Section]) -> Image.Image:
    """Lay out the wide cards, a row for every template and theme."""
    rows = []
    for section in sections:
        wide = [it.image for it in section.cards if it.size is CardSize.WIDE]
        rows += [wide[at :: len(Theme)] for at in range(len(Theme))]
    cards = [small(image, _SHEET_CARD_PX) for row in rows for image in row]
    return contact_sheet(cards, len(rows[0]), _SHEET_GAP_PX)


def _pairs(sections: list[Section]) -> Image.Image:
    """Lay out the first look of every template, light and dark side by side."""
    cards = [small(it.image, _PAIR_CARD_PX) for section in sections for it in section.cards[:2]]
    return contact_sheet(cards, _PAIR_COLUMNS, _SHEET_GAP_PX)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
