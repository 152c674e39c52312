from __future__ import annotations

import io
import random
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from og_render.cards import Card
from og_render.color.colors import Color, parse_color
from og_render.color.grounds import Theme, ground_color
from og_render.drawing import draw
from og_render.fields import FieldKind, Price, Rating, Value
from og_render.gallery import sample_pictures
from og_render.gallery.looks import looks, sample_card
from og_render.gallery.samples import SAMPLES, values_of
from og_render.layout.parts.people import initial_of
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook
from tests.unit.render.drawn import card, decoded, ground_of, inked, pixels_of, share_of

BY_NAME = {sample.name: sample for sample in SAMPLES}
SAFE_BOTTOM_PX = round(630 * 0.92)
MAX_FLAT_BYTES = 100_000
MAX_GRADIENT_BYTES = 180_000
SEED = 11


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_every_look_is_an_opaque_card_of_the_right_size(book: FontBook, template_id: str) -> None:
    for theme, gradient in looks():
        given = sample_card(TEMPLATES[template_id], theme, BY_NAME["medium"], has_gradient=gradient)
        png = draw(given, book).image
        assert png[25] == 2, "colour type 2 is RGB without alpha"
        assert decoded(png).shape == (630, 1200, 3)


@pytest.mark.parametrize("template_id", TEMPLATES)
@pytest.mark.parametrize("theme", Theme)
def test_the_ground_is_exactly_the_palettes(book: FontBook, template_id: str, theme: Theme) -> None:
    accent = parse_color("#16a34a")
    given = replace(card(template_id, title="Ground"), theme=theme, accent=accent)
    pixels = pixels_of(given, book)
    ground = ground_color(theme, accent)
    assert share_of(pixels, ground) > 0.7
    assert tuple(ground_of(pixels)) == (ground.red, ground.green, ground.blue)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_the_accent_is_drawn_as_given(book: FontBook, template_id: str) -> None:
    accent = Color(0xFA, 0xCC, 0x15)
    values: dict[str, Value] = {"title": "Accent"}
    if "price" in {field.name for field in TEMPLATES[template_id].fields}:
        values["price"] = "€5"
    given = Card(template_id, Theme.LIGHT, accent, values=values)
    assert share_of(pixels_of(given, book), accent) > 0.0005


def test_each_template_has_an_accent_of_its_own() -> None:
    assert len({template.default_accent for template in TEMPLATES.values()}) == len(TEMPLATES)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_another_title_changes_the_title_and_nothing_else(book: FontBook, template_id: str) -> None:
    one = pixels_of(card(template_id, title="Harbour lights", siteName="Site"), book)
    two = pixels_of(card(template_id, title="Harbour nights", siteName="Site"), book)
    rows, columns = np.nonzero((one != two).any(axis=2))
    assert rows.size > 100
    assert rows.max() - rows.min() < 160
    assert columns.min() > 80


@pytest.mark.parametrize("template_id", TEMPLATES)
@pytest.mark.parametrize("name", ["long", "japanese", "thai", "arabic"])
def test_nothing_that_matters_is_in_the_bottom_of_a_card(
    book: FontBook, template_id: str, name: str
) -> None:
    given = sample_card(TEMPLATES[template_id], Theme.LIGHT, BY_NAME[name])
    assert not inked(pixels_of(given, book))[SAFE_BOTTOM_PX:].any()


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_a_card_in_arabic_is_the_mirror_image_of_one_in_english(
    book: FontBook, template_id: str
) -> None:
    plain = {"title": "Title", "siteName": "Site"}
    latin = inked(pixels_of(card(template_id, **plain), book))
    arabic_values = {"title": "عنوان", "siteName": "موقع"}
    arabic = inked(pixels_of(replace(card(template_id), values=arabic_values), book))

    def edges(ink: np.ndarray) -> tuple[int, int]:
        columns = np.nonzero(ink[200:].any(axis=0))[0]
        return int(columns.min()), 1199 - int(columns.max())

    assert edges(latin)[0] == pytest.approx(edges(arabic)[1], abs=24)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_every_field_but_the_title_may_be_absent(book: FontBook, template_id: str) -> None:
    values = values_of(BY_NAME["short"])
    optional = [it.name for it in TEMPLATES[template_id].fields if not it.is_required]
    chosen = [(), *combinations(optional, 1), tuple(optional)]
    for names in chosen:
        given = card(template_id, title="Title", **{name: values[name] for name in names})
        drawing = draw(given, book)
        assert drawing.failed_images == ()
        assert inked(decoded(drawing.image)).any() or given.has_gradient


def test_equal_cards_are_equal_files_whatever_was_drawn_before() -> None:
    rng = random.Random(SEED)
    cards = [
        sample_card(template, theme, BY_NAME[name], has_gradient=gradient)
        for template in TEMPLATES.values()
        for theme, gradient in [(Theme.LIGHT, False), (Theme.DARK, True)]
        for name in ("medium", "japanese", "chinese-traditional", "arabic", "emoji")
    ]
    first_book, other_book = FontBook(), FontBook()
    first = [draw(it, first_book).image for it in cards]
    order = list(range(len(cards)))
    rng.shuffle(order)
    other = {at: draw(cards[at], other_book).image for at in order}
    assert [other[at] for at in range(len(cards))] == first, SEED


@pytest.mark.parametrize("template_id", ["generic/standard", "article/blog-post"])
def test_files_are_small(book: FontBook, template_id: str) -> None:
    for name in ("long", "chinese-simplified", "emoji"):
        given = sample_card(TEMPLATES[template_id], Theme.LIGHT, BY_NAME[name])
        assert len(draw(given, book).image) < MAX_FLAT_BYTES
        graded = replace(given, has_gradient=True)
        assert len(draw(graded, book).image) < MAX_GRADIENT_BYTES


@pytest.mark.parametrize("theme", Theme)
def test_a_gradient_has_no_bands(book: FontBook, theme: Theme) -> None:
    pixels = pixels_of(replace(card(title="."), theme=theme, has_gradient=True), book)
    empty = pixels[300:560:2, 700:1180:2].astype(int)
    steps = np.abs(np.diff(empty, axis=1))
    assert steps.max() <= 2
    assert np.ptp(empty.reshape(-1, 3), axis=0).max() > 8


def test_pictures_that_cannot_be_opened_are_left_out_and_named(book: FontBook) -> None:
    good = draw(card("product/standard", title="Lamp"), book)
    bad = draw(
        card("product/standard", title="Lamp", favicon=b"<svg/>", productImage=b"\x89PNG"), book
    )
    assert set(bad.failed_images) == {"favicon", "productImage"}
    assert bad.image == good.image


def test_a_picture_for_which_no_time_is_left_is_left_out(book: FontBook) -> None:
    out = io.BytesIO()
    Image.new("1", (4_000, 2_400)).save(out, "PNG")
    slow, quick = out.getvalue(), sample_pictures.favicon()
    both = card("product/standard", title="Lamp", favicon=quick, productImage=slow)
    assert draw(both, book).failed_images == ()
    twice = card("product/standard", title="Lamp", favicon=slow, productImage=slow)
    assert draw(twice, book).failed_images == ("productImage",)


def test_a_photograph_fills_its_frame_and_goods_stand_whole_in_it(book: FontBook) -> None:
    photo = pixels_of(card("product/standard", title="Lamp", productImage=_flat_photo()), book)
    assert share_of(photo[100:530, 730:1110], Color(200, 60, 60)) > 0.99
    goods = sample_pictures.product_cutout()
    stood = pixels_of(card("product/standard", title="Cup", productImage=goods), book)
    assert share_of(stood[80:560, 710:1130], Color(255, 255, 255)) > 0.4


def _flat_photo() -> bytes:
    image = Image.new("RGB", (400, 500), (200, 60, 60))
    image.paste((10, 10, 10), (0, 0, 1, 1))
    for x in range(400):
        image.putpixel((x, 0), (x % 255, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_dark_logo_shows_on_a_dark_ground(book: FontBook) -> None:
    logo = sample_pictures.favicon()
    dark = pixels_of(replace(card(title="T", favicon=logo), theme=Theme.DARK), book)
    assert share_of(dark[72:116, 80:124], Color(255, 255, 255)) > 0.1


def test_stars_show_the_rating(book: FontBook) -> None:
    gold = Color(0xF5, 0x9E, 0x0B)

    def shares(rating: Value) -> float:
        return share_of(pixels_of(card("product/standard", title="T", rating=rating), book), gold)

    low, high = shares(Rating(1.0)), shares(Rating(5.0))
    assert high == pytest.approx(5 * low, rel=0.1)
    assert shares(Rating(10.0, best_value=10.0)) == high
    assert shares("4.5") > low
    assert shares("Great!") == 0


def test_typed_values_are_formatted_and_texts_drawn_as_they_are(book: FontBook) -> None:
    typed = pixels_of(
        card("product/standard", title="T", price=Price(Decimal("1299.90"), "USD")), book
    )
    same = pixels_of(card("product/standard", title="T", price="$1,299.90"), book)
    other = pixels_of(card("product/standard", title="T", price="1299.90 USD"), book)
    assert (typed == same).all()
    assert (typed != other).any()


def test_every_field_is_one_the_gallery_can_fill() -> None:
    values = values_of(SAMPLES[0])
    for template in TEMPLATES.values():
        for field in template.fields:
            assert field.name in values
            assert (field.kind is FieldKind.IMAGE) == isinstance(values[field.name], bytes)


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("jane doe", "J"),
        ("“Émile”", "É"),
        ("प्रिया शर्मा", "प्रि"),
        ("क्षितिज", "क्षि"),
        ("王小明", "王"),
        ("42", ""),
    ],
)
def test_an_initial_is_what_a_reader_takes_for_one_letter(name: str, initial: str) -> None:
    assert initial_of(name) == initial
