from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from og_render import sample_pictures
from og_render.cards import Card, CardSize
from og_render.color.colors import TEXT_CONTRAST_MIN, WHITE, Color, contrast, parse_color
from og_render.color.grounds import Theme
from og_render.fields import Value
from og_render.gallery.looks import sample_card
from og_render.gallery.samples import SAMPLES, Sample
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook

from .drawn import Pixels, card, inked, pixels_of, share_of

LONG_NAME = "Alexandra Montgomery-Featherstonehaugh of the northern society"
# A veil is near black; with a gradient it takes the accent's hue.
VEILS = [
    ("#c8102e", Theme.LIGHT, False),
    ("#c8102e", Theme.DARK, False),
    *((accent, Theme.LIGHT, True) for accent in ("#ffffff", "#facc15", "#1e3a8a", "#c8102e")),
]
# More than what the encoder may change of a pixel to save bytes.
OTHER_SHADE = 24


def photo(color: str, width: int = 1200, height: int = 800) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, "PNG")
    return file.getvalue()


def news(picture: bytes, title: str = "Harbour lights", **values: str) -> Card:
    return card("article/news", title=title, image=picture, **values)


def color_at(pixels: Pixels, row: int, column: int = 0) -> Color:
    return Color(*map(int, pixels[row, column]))


def text_rows(pixels: Pixels) -> list[int]:
    """Give the rows in which something stands on what is otherwise the same from end to end."""
    return list(np.nonzero((pixels != pixels[:, :1]).any(axis=(1, 2)))[0])


def columns(where: np.ndarray) -> tuple[int, int]:
    found = np.nonzero(where.any(axis=0))[0]
    return int(found.min()), int(found.max())


def is_color(pixels: Pixels, color: Color) -> np.ndarray:
    same: np.ndarray = (pixels == (color.red, color.green, color.blue)).all(axis=2)
    return same


@pytest.mark.parametrize("size", CardSize)
@pytest.mark.parametrize(("accent", "theme", "has_gradient"), VEILS)
def test_white_text_is_read_on_a_white_photo(
    book: FontBook, size: CardSize, accent: str, theme: Theme, *, has_gradient: bool
) -> None:
    given = replace(
        news(photo("white"), section="World", author="Jane Doe", siteName="Courier"),
        size=size,
        theme=theme,
        has_gradient=has_gradient,
        accent=parse_color(accent),
    )
    pixels = pixels_of(given, book)
    rows = text_rows(pixels)
    assert rows
    assert min(contrast(WHITE, color_at(pixels, row)) for row in rows) >= TEXT_CONTRAST_MIN


@pytest.mark.parametrize(("accent", "theme", "has_gradient"), VEILS)
def test_grey_text_is_read_on_a_white_photo_too(
    book: FontBook, accent: str, theme: Theme, *, has_gradient: bool
) -> None:
    given = replace(
        # Full blocks are drawn in the ink from edge to edge.
        news(photo("white"), publishedAt="████████"),
        theme=theme,
        has_gradient=has_gradient,
        accent=parse_color(accent),
    )
    pixels = pixels_of(given, book)
    last = max(text_rows(pixels)) - 8
    ink, ground = color_at(pixels, last, 90), color_at(pixels, last)
    assert ink != ground
    assert contrast(ink, ground) >= TEXT_CONTRAST_MIN


def test_a_short_headline_leaves_the_photo_clear(book: FontBook) -> None:
    short = pixels_of(news(photo("white")), book)
    long = pixels_of(news(photo("white"), "Harbour lights over the northern quays " * 4), book)
    assert short[:120].mean() > 220
    assert short[:300].mean() > long[:300].mean() + 20


def test_a_dark_card_stays_dark_under_a_white_photo(book: FontBook) -> None:
    light = news(photo("white"))
    dark = pixels_of(replace(light, theme=Theme.DARK), book)
    assert dark[:60].mean() < 160 < pixels_of(light, book)[:60].mean()


@pytest.mark.parametrize("size", CardSize)
@pytest.mark.parametrize("sides", [(48, 36), (1600, 90), (90, 1600)])
def test_a_photo_too_small_to_fill_the_card_gives_the_front_page(
    book: FontBook, size: CardSize, sides: tuple[int, int]
) -> None:
    accent = Color(0xC8, 0x10, 0x2E)
    given = replace(news(photo("navy", *sides), siteName="Courier"), size=size, accent=accent)
    values = {name: value for name, value in given.values.items() if name != "image"}
    front = pixels_of(replace(given, values=values), book)
    assert (pixels_of(given, book) == front).all()
    assert share_of(front, accent) > 0.005


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_headline_takes_the_room_of_who_wrote_it(book: FontBook, sample: Sample) -> None:
    full = sample_card(TEMPLATES["article/news"], Theme.LIGHT, sample)
    values = {name: value for name, value in full.values.items() if name != "image"}
    one, other = (
        pixels_of(replace(full, values={**values, "author": name}), book) for name in ("Jo", "Zoë")
    )
    assert (one != other)[530:575].any()


@pytest.mark.parametrize("title", ["What the river remembers", "ما يتذكره النهر"])
@pytest.mark.parametrize("extra", [{}, {"kicker": "Essay"}, {"siteName": "Review"}])
def test_an_editorial_stands_on_the_middle_axis(
    book: FontBook, title: str, extra: dict[str, str]
) -> None:
    pixels = pixels_of(card("article/editorial", title=title, **extra), book)
    ink = inked(pixels)[70:560, 60:1140]
    left, right = columns(ink)
    assert left == pytest.approx(ink.shape[1] - 1 - right, abs=12)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("accent", ["#ffffff", "#000000"])
def test_the_border_of_an_editorial_shows_in_any_accent(
    book: FontBook, theme: Theme, accent: str
) -> None:
    given = card("article/editorial", title="A")
    pixels = pixels_of(replace(given, theme=theme, accent=parse_color(accent)), book)
    border, ground = color_at(pixels, 315, 26), color_at(pixels, 315, 5)
    assert contrast(border, ground) > 1.3


def test_quotation_marks_open_where_reading_starts(book: FontBook) -> None:
    accent = Color(0x0F, 0x76, 0x6E)
    latin, arabic = (
        is_color(pixels_of(replace(card("article/quote", title=it), accent=accent), book), accent)
        for it in ("Less", "أقل")
    )
    assert columns(latin)[1] < 600 < columns(arabic)[0]
    assert latin.mean() > 0.02


@pytest.mark.parametrize("size", CardSize)
def test_whoever_is_quoted_stays_clear_of_the_closing_marks(book: FontBook, size: CardSize) -> None:
    plain = replace(card("article/quote", title="Less"), size=size)
    named = replace(plain, values={**plain.values, "author": LONG_NAME, "role": LONG_NAME})
    bare = pixels_of(plain, book)
    foot = slice(size.height * 7 // 10, size.height)
    change = np.abs(bare.astype(int) - pixels_of(named, book)).max(axis=2)
    name = (change > OTHER_SHADE)[foot]
    assert columns(name)[1] < columns(inked(bare)[foot])[0]


def test_a_quote_of_nobody_ends_without_a_dash(book: FontBook) -> None:
    pixels = pixels_of(card("article/quote", title="Less"), book)
    assert not inked(pixels)[430:, :900].any()


@pytest.mark.parametrize("size", [CardSize.SQUARE, CardSize.TALL])
def test_a_blog_post_grows_with_its_card(book: FontBook, size: CardSize) -> None:
    values: dict[str, Value] = {
        "title": "Designing calm software for busy people",
        "description": "What a year of removing features taught us.",
        "author": "Jane Doe",
        "siteName": "Northwind",
        "avatar": sample_pictures.avatar(),
    }
    wide = Card("article/blog-post", Theme.LIGHT, values=values)
    ink, wide_ink = (inked(pixels_of(it, book)) for it in (replace(wide, size=size), wide))
    assert ink.sum() > wide_ink.sum() * 1.15
    rows = np.nonzero(ink.any(axis=1))[0]
    assert rows.max() < size.height * 0.92
    assert ink[size.height // 4 : size.height // 2].any()
