from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image

from og_render.cards import CardSize
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.fields import Price
from og_render.savings import percent_off
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook
from tests.unit.render.drawn import card, pixels_of, share_of

RED, BLUE = Color(220, 30, 30), Color(30, 30, 220)


@pytest.mark.parametrize(
    ("price", "original", "percent"),
    [
        ("$129", "$199", 35),
        ("$ 129.00", "$199", 35),
        ("1.299,90 €", "1.999,00 €", 34),
        ("1 299,90 €", "1 999,00 €", 34),
        ("₹1,29,999", "₹1,49,999", 13),
        ("CHF 1'299", "CHF 1'999", 35),
        ("٤٩٩ ر.س", "٨٠٠ ر.س", 37),
        ("129", "$199", 35),
        ("$0", "$20", 100),
        ("€129", "$199", None),
        ("From $99", "$199", None),
        ("$99 or $129", "$199", None),
        ("$199", "$129", None),
        ("$199", "$199", None),
        ("$199.90", "$200", None),
        ("Sold out", "$199", None),
        ("", "$199", None),
    ],
)
def test_a_saving_is_told_only_where_it_is_sure(
    price: str, original: str, percent: int | None
) -> None:
    assert percent_off(price, original) == percent


def test_a_saving_is_worked_out_from_typed_prices_and_from_text(book: FontBook) -> None:
    text = card("product/sale", title="Lamp", price="$129", originalPrice="$199")
    typed = card(
        "product/sale",
        title="Lamp",
        price=Price(Decimal(129), "USD"),
        originalPrice=Price(Decimal("199.00"), "USD"),
    )
    named = card("product/sale", title="Lamp", price="$129", originalPrice="$199", badge="−35%")  # noqa: RUF001
    first = pixels_of(text, book)
    assert (pixels_of(typed, book) == first).all()
    assert (pixels_of(named, book) == first).all()


def test_the_price_before_is_struck(book: FontBook) -> None:
    given = card("product/sale", title="i", price="i", originalPrice="iiiiiiiiiiii")
    ink = (pixels_of(given, book)[300:, :600] != pixels_of(given, book)[-1, 0]).any(axis=2)
    longest = max(_longest_run(row) for row in ink)
    assert longest > 100


def _longest_run(row: np.ndarray) -> int:
    longest = run = 0
    for is_inked in row:
        run = run + 1 if is_inked else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize("size", CardSize)
def test_the_price_is_kept_whatever_the_title(book: FontBook, size: CardSize) -> None:
    for template_id in ("product/sale", "product/standard"):
        title = "เราสร้างเครื่องมือค้นหาใหม่ทั้งหมดและลดเวลาตอบสนองลงได้อย่างไร " * 4
        one = replace(card(template_id, title=title, price="$129"), size=size)
        two = replace(card(template_id, title=title, price="$642"), size=size)
        assert (pixels_of(one, book) != pixels_of(two, book)).any()


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("size", CardSize)
def test_a_product_without_a_picture_hangs_on_a_tag_of_the_accent(
    book: FontBook, theme: Theme, size: CardSize
) -> None:
    given = replace(card("product/standard", title="Cup"), theme=theme, size=size)
    for has_gradient in (False, True):
        pixels = pixels_of(replace(given, has_gradient=has_gradient), book)
        assert share_of(pixels, TEMPLATES["product/standard"].default_accent) > 0.05


def _halves(width: int, height: int) -> bytes:
    """Draw a picture that is red above and blue below."""
    image = Image.new("RGB", (width, height), (RED.red, RED.green, RED.blue))
    image.paste((BLUE.red, BLUE.green, BLUE.blue), (0, height // 2, width, height))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_launch_shows_the_top_of_a_high_screen(book: FontBook) -> None:
    given = card("product/launch", title="Orbit", image=_halves(600, 1300))
    pixels = pixels_of(given, book)
    assert share_of(pixels, RED) > 0.05
    assert share_of(pixels, BLUE) == 0


@pytest.mark.parametrize("size", CardSize)
@pytest.mark.parametrize("shape", [(2_000, 4), (4, 2_000), (3, 3)])
def test_a_launch_takes_pictures_of_any_shape(
    book: FontBook, size: CardSize, shape: tuple[int, int]
) -> None:
    given = replace(card("product/launch", title="Orbit", image=_halves(*shape)), size=size)
    bare = replace(card("product/launch", title="Orbit"), size=size)
    pixels = pixels_of(given, book)
    assert pixels.shape == (size.height, size.width, 3)
    assert (pixels != pixels_of(bare, book)).any()


@pytest.mark.parametrize("title", ["Lamp", "Calm software for busy people", "Calm software " * 12])
def test_a_badge_stands_beside_the_saving_whatever_the_title(book: FontBook, title: str) -> None:
    plain = card("product/sale", title=title, price="$129", originalPrice="$199", siteName="North")
    one, two = (
        pixels_of(replace(plain, values={**plain.values, "badge": badge}), book)
        for badge in ("Black Friday", "Cyber Monday")
    )
    assert (one != two).any()
