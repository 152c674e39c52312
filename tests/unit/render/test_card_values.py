"""What is drawn of the values of a card."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image

from og_render import sample_pictures
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.drawing import draw
from og_render.fields import Price, Rating, Value
from og_render.layout.parts.people import initial_of
from og_render.text.fonts import FontBook
from tests.unit.render.drawn import card, pixels_of, share_of


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
