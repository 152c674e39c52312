"""Every template, theme and look against its golden picture."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from og_render.cards import Card, Template
from og_render.color.colors import parse_color
from og_render.color.grounds import Theme
from og_render.drawing import draw
from og_render.gallery.looks import GOLDEN_LOOKS, sample_card
from og_render.gallery.samples import BY_NAME
from og_render.gallery.sheets import small
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook
from tests.golden import pictures
from tests.golden.pictures import MAX_BLOCK_DIFFERENCE, difference

MAX_BYTES, MAX_BYTES_WITH_PHOTO = 300_000, 600_000
PHOTOS = {"image", "productImage"}


@pytest.mark.parametrize("theme", Theme, ids=lambda it: it.value)
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda it: it.template_id)
def test_every_look_is_as_it_was_and_within_its_bytes(
    book: FontBook, template: Template, theme: Theme
) -> None:
    cards = pictures.drawn(template, theme, book)
    bound = MAX_BYTES_WITH_PHOTO if PHOTOS & {it.name for it in template.fields} else MAX_BYTES
    assert max(map(len, cards)) <= bound
    changed = []
    for look, golden, card in zip(GOLDEN_LOOKS, pictures.load(template, theme), cards, strict=True):
        if difference(golden, small(card)) > MAX_BLOCK_DIFFERENCE:
            name = f"{pictures.path_of(template, theme).stem}-{look.name}"
            changed.append(str(pictures.show(name, golden, small(card))))
    assert not changed, (
        "these show the golden picture, the card as it is drawn now and where they differ; "
        f"if the change is wanted, run `make goldens`: {', '.join(changed)}"
    )


def _product(**changes: object) -> Card:
    card = sample_card(TEMPLATES["product/standard"], Theme.LIGHT, BY_NAME["plain"])
    return replace(card, **changes)  # type: ignore[arg-type]


def test_a_change_that_a_reader_would_see_is_caught(book: FontBook) -> None:
    card = _product()
    golden = pictures.load(TEMPLATES["product/standard"], Theme.LIGHT)[0]
    values = dict(card.values)
    changes = {
        "nothing": card,
        "one letter of the title": replace(
            card, values={**values, "title": str(values["title"]).replace("calm", "cald")}
        ),
        "no stars": replace(card, values={**values, "rating": ""}),
        "another site": replace(card, values={**values, "siteName": "Northwing"}),
        "a lost word": replace(
            card, values={**values, "description": str(values["description"]).replace("us ", "")}
        ),
        "another colour": replace(card, accent=parse_color("#0369a1")),
        "no picture": replace(card, values={**values, "productImage": b""}),
    }
    caught = {
        name: difference(golden, small(draw(it, book).image)) > MAX_BLOCK_DIFFERENCE
        for name, it in changes.items()
    }
    assert caught == {name: name != "nothing" for name in changes}


def test_the_noise_of_another_rasteriser_is_not(book: FontBook) -> None:
    """A tenth of a pixel aside and a little softer, as other versions draw edges."""
    golden = pictures.load(TEMPLATES["product/standard"], Theme.LIGHT)[0]
    card = Image.open(io.BytesIO(draw(_product(), book).image)).convert("RGB")
    shifted = card.transform(
        card.size, Image.Transform.AFFINE, (1, 0, 0.1, 0, 1, 0.1), Image.Resampling.BICUBIC
    )
    out = io.BytesIO()
    shifted.save(out, "PNG")
    assert difference(golden, small(out.getvalue())) < MAX_BLOCK_DIFFERENCE
