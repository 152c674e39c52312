"""What holds for every template."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from og_render.cards import Card, CardSize, Template
from og_render.color.colors import BLACK, TEXT_CONTRAST_MIN, WHITE, Color, contrast, parse_color
from og_render.color.grounds import Ground, Theme, ground_color
from og_render.drawing import draw
from og_render.example import example_values
from og_render.fields import FieldKind, Price
from og_render.gallery.looks import sample_card
from og_render.gallery.samples import BY_NAME, SAMPLES, values_of
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook
from tests.unit.render.drawn import Pixels, decoded, pixels_of, share_of

SEED = 11
SAFE_SHARE = 0.92
TEXT_APART = 100
ALIGNMENT_TOLERANCE_PX = 40
MAIN_PICTURES = ("image", "productImage")
every_template = partial(pytest.mark.parametrize, "template", TEMPLATES.values())
by_id = every_template(ids=lambda it: it.template_id)
in_every_size = pytest.mark.parametrize("size", CardSize, ids=lambda it: it.name.lower())


def titled(template: Template, title: str, **changes: object) -> Card:
    """Give a card with a title and, where it has one, its main picture."""
    pictures = values_of(BY_NAME["plain"])
    shown = {it.name: pictures[it.name] for it in template.fields if it.name in MAIN_PICTURES}
    card = Card(template.template_id, Theme.LIGHT, values={"title": title, **shown})
    return replace(card, **changes)  # type: ignore[arg-type]


def differing(one: Pixels, other: Pixels) -> NDArray[np.bool_]:
    """Say where two cards differ by as much as text does; colours are merged with near ones."""
    return np.asarray((np.abs(one.astype(int) - other) > TEXT_APART).any(axis=2))


@by_id
def test_every_look_is_an_opaque_card_of_the_right_size(book: FontBook, template: Template) -> None:
    sample = BY_NAME["plain"]
    cards = [
        sample_card(template, theme, sample, has_gradient=it)
        for theme, it in product(Theme, (False, True))
    ]
    harsh = [replace(cards[1], accent=it, size=CardSize.SQUARE) for it in (BLACK, WHITE)]
    for given in (*cards, *harsh, replace(cards[0], size=CardSize.TALL)):
        png = draw(given, book).image
        assert png[25] in (2, 3), "colours or a palette, without alpha"
        assert b"tRNS" not in png[:2_000]
        assert decoded(png).shape == (given.size.height, given.size.width, 3)


@by_id
@pytest.mark.parametrize("theme", Theme)
def test_a_flat_ground_is_exactly_what_it_should_be(
    book: FontBook, template: Template, theme: Theme
) -> None:
    accent = parse_color("#16a34a")
    given = Card(template.template_id, theme, accent, values={"title": "Ground"})
    pixels = pixels_of(given, book)
    match template.ground_in(theme):
        case Ground.PLAIN:
            assert share_of(pixels, ground_color(theme, accent)) > 0.2
        case Ground.ACCENT:
            assert share_of(pixels, accent) > 0.2
        case Ground.VIVID:
            assert np.ptp(pixels[::10].reshape(-1, 3), axis=0).max() > 40


@by_id
def test_the_accent_is_drawn_as_given_unless_it_shades_off(
    book: FontBook, template: Template
) -> None:
    accent = Color(0xFA, 0xCC, 0x15)
    given = replace(sample_card(template, Theme.LIGHT, BY_NAME["plain"]), accent=accent)
    if template.ground is not Ground.VIVID:
        assert share_of(pixels_of(given, book), accent) > 0.0004


def test_each_template_has_an_accent_of_its_own() -> None:
    assert len({template.default_accent for template in TEMPLATES.values()}) == len(TEMPLATES)


def test_no_two_templates_look_alike(book: FontBook) -> None:
    """Seen small and without colour, the same page is another card in every template."""
    accent = parse_color("#2563eb")
    shapes = {}
    for template in TEMPLATES.values():
        given = replace(sample_card(template, Theme.LIGHT, BY_NAME["plain"]), accent=accent)
        pixels = pixels_of(given, book)[:630, :1200].astype(float).mean(axis=2)
        shapes[template.template_id] = pixels.reshape(21, 30, 40, 30).mean(axis=(1, 3))
    names = list(shapes)
    for at, name in enumerate(names):
        for other in names[at + 1 :]:
            far = np.abs(shapes[name] - shapes[other]) > 12
            assert far.mean() > 0.04, (name, other)


@by_id
def test_another_title_changes_the_title_and_nothing_else(
    book: FontBook, template: Template
) -> None:
    one = pixels_of(titled(template, "Harbour lights"), book)
    two = pixels_of(titled(template, "Harbour nights"), book)
    rows, _ = np.nonzero(differing(one, two))
    assert rows.size > 100
    assert rows.max() - rows.min() < 320


@by_id
def test_nothing_that_is_said_stands_in_the_bottom_of_a_link_preview(
    book: FontBook, template: Template
) -> None:
    names = ("plain", "longest", "shortest", "japanese", "thai")
    cards = [sample_card(template, Theme.LIGHT, BY_NAME[name]) for name in names]
    first, *others = [pixels_of(card, book) for card in cards]
    bottom = round(CardSize.WIDE.height * SAFE_SHARE)
    for name, other in zip(names[1:], others, strict=True):
        assert not differing(first, other)[bottom:].any(), name


@by_id
@in_every_size
def test_what_is_said_makes_use_of_the_card(
    book: FontBook, template: Template, size: CardSize
) -> None:
    cards = [sample_card(template, Theme.LIGHT, BY_NAME[name]) for name in ("plain", "longest")]
    one, other = (pixels_of(replace(card, size=size), book) for card in cards)
    rows, columns = np.nonzero(differing(one, other))
    assert rows.max() - rows.min() > size.height * 0.35
    assert columns.max() - columns.min() > size.width * 0.35


@by_id
@in_every_size
def test_a_card_in_arabic_is_the_mirror_image_of_one_in_english(
    book: FontBook, template: Template, size: CardSize
) -> None:
    def margins(*titles: str) -> tuple[int, int]:
        one, other = (pixels_of(titled(template, it, size=size), book) for it in titles)
        columns = np.nonzero(differing(one, other))[1]
        return int(columns.min()), size.width - 1 - int(columns.max())

    left, right = margins("Sun", "Fog")
    mirrored_left, mirrored_right = margins("شمس", "ضباب")
    is_centred = abs(left - right) < ALIGNMENT_TOLERANCE_PX
    if is_centred:
        assert abs(mirrored_left - mirrored_right) < ALIGNMENT_TOLERANCE_PX
    else:
        assert mirrored_right == pytest.approx(left, abs=ALIGNMENT_TOLERANCE_PX)


@by_id
def test_every_field_but_the_title_may_be_absent_and_each_is_drawn(
    book: FontBook, template: Template
) -> None:
    assert [field.name for field in template.fields if field.is_required] == ["title"]
    everything = sample_card(template, Theme.LIGHT, BY_NAME["plain"])
    bare = replace(everything, values={"title": everything.values["title"]})
    full_image, bare_image = draw(everything, book).image, draw(bare, book).image
    for field in template.fields[1:]:
        values = dict(everything.values)
        value = values.pop(field.name)
        alone = draw(replace(bare, values={**bare.values, field.name: value}), book)
        without = draw(replace(everything, values=values), book)
        assert alone.failed_images == without.failed_images == ()
        assert alone.image != bare_image or without.image != full_image, field.name


def _in_color() -> Iterator[tuple[Theme, bool, str]]:
    yield Theme.LIGHT, False, "#ffffff"
    yield Theme.DARK, True, "#000000"
    yield Theme.LIGHT, True, "#facc15"
    yield Theme.DARK, False, "#1e3a8a"
    yield Theme.LIGHT, False, "#777777"


@by_id
def test_a_headline_is_read_on_any_accent(book: FontBook, template: Template) -> None:
    for theme, has_gradient, accent in _in_color():
        color = parse_color(accent)
        given = titled(template, "HHHH", theme=theme, has_gradient=has_gradient, accent=color)
        narrow = replace(given, values={**given.values, "title": "IIII"})
        inked, other = pixels_of(given, book), pixels_of(narrow, book)
        where = differing(inked, other)
        pairs = zip(inked[where][::61], other[where][::61], strict=True)
        ratios = [contrast(Color(*map(int, one)), Color(*map(int, two))) for one, two in pairs]
        assert np.quantile(ratios, 0.8) >= TEXT_CONTRAST_MIN, accent


@by_id
def test_the_example_of_every_field_makes_a_card(book: FontBook, template: Template) -> None:
    examples = {field.name: field.example for field in template.fields if field.example}
    assert "title" in examples
    drawing = draw(Card(template.template_id, Theme.LIGHT, values=examples), book)
    assert drawing.missing_glyphs == ()


@by_id
def test_an_example_card_has_a_value_in_every_field(book: FontBook, template: Template) -> None:
    values = example_values(template)
    assert all(values.values())
    drawing = draw(Card(template.template_id, Theme.DARK, values=values), book)
    assert (drawing.failed_images, drawing.missing_glyphs) == ((), ())


def test_equal_cards_are_equal_files_whatever_was_drawn_before() -> None:
    rng = random.Random(SEED)
    chosen = [("plain", False), ("arabic", True), ("chinese-traditional", False), ("emoji", True)]
    cards = [
        sample_card(template, theme, BY_NAME[name], has_gradient=gradient)
        for template in TEMPLATES.values()
        for (name, gradient), theme in zip(chosen, [*Theme, *Theme], strict=True)
    ]
    first_book, other_book = FontBook(), FontBook()
    first = [draw(it, first_book).image for it in cards]
    order = list(range(len(cards)))
    rng.shuffle(order)
    other = {at: draw(cards[at], other_book).image for at in order}
    assert [other[at] for at in range(len(cards))] == first, SEED


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda it: it.name)
def test_the_gallery_has_a_value_for_every_field(sample: object) -> None:
    values = values_of(BY_NAME[getattr(sample, "name", "")])
    for template in TEMPLATES.values():
        for field in template.fields:
            assert field.name in values, template.template_id
            value = values[field.name]
            assert (field.kind is FieldKind.IMAGE) == isinstance(value, bytes)
            assert field.kind is FieldKind.PRICE or not isinstance(value, Price)
