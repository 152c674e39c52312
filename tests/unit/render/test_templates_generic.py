from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from og_render import sample_pictures
from og_render.cards import Card, CardSize
from og_render.color.colors import BLACK, WHITE, Color, contrast, parse_color
from og_render.color.grounds import Theme
from og_render.text.fonts import FontBook

from .drawn import Pixels, card, inked, pixels_of

LONG_NAME = "The quarterly journal of the northern society for calm and careful software"
ACCENTS = ("#ffffff", "#000000", "#facc15", "#1e3a8a", "#777777")
GENERIC = ("standard", "minimal", "gradient", "split-image", "brand", "bold")
LOST_ACCENTS = [
    ("#ffffff", Theme.LIGHT),
    ("#fefce8", Theme.LIGHT),
    ("#000000", Theme.DARK),
]
MIDDLE_SQUARE = slice(285, 915)


def with_accent(given: Card, accent: str, theme: Theme = Theme.LIGHT) -> Card:
    return replace(given, accent=parse_color(accent), theme=theme)


def picture(width: int, height: int, left: str = "#c2410c", right: str = "#166534") -> bytes:
    """Draw a picture whose halves differ, so that it is no plain ground."""
    image = Image.new("RGB", (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def has_color(pixels: Pixels, text: str) -> bool:
    color = parse_color(text)
    return bool((pixels == (color.red, color.green, color.blue)).all(axis=2).any())


def colors_of(pixels: Pixels) -> set[Color]:
    return {Color(*map(int, row)) for row in np.unique(pixels.reshape(-1, 3), axis=0)}


@pytest.mark.parametrize("size", CardSize)
def test_a_long_site_name_ends_before_the_rings(book: FontBook, size: CardSize) -> None:
    plain = replace(card("generic/standard", title="A"), size=size)
    named = replace(plain, values={"title": "A", "siteName": LONG_NAME})
    rings = inked(pixels_of(plain, book))[:150]
    name = (pixels_of(plain, book) != pixels_of(named, book)).any(axis=2)[:150]
    assert name.any()
    assert np.nonzero(name)[1].max() < np.nonzero(rings)[1].min()


@pytest.mark.parametrize(("accent", "theme"), LOST_ACCENTS)
@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("standard", slice(376, 402), slice(70, 190)),
        ("standard", slice(80, 180), slice(1000, 1090)),
        ("minimal", slice(170, 215), slice(585, 599)),
        ("brand", slice(140, 165), slice(0, 100)),
        ("split-image", slice(300, 310), slice(505, 530)),
    ],
)
def test_what_is_of_the_grounds_own_colour_has_an_edge(
    book: FontBook, name: str, rows: slice, columns: slice, accent: str, theme: Theme
) -> None:
    given = card(f"generic/{name}", title="Go", image=picture(1200, 630))
    shown = pixels_of(with_accent(given, "#dc2626", theme), book)
    assert has_color(shown[rows, columns], "#dc2626"), "the shape is looked for elsewhere"
    pixels = pixels_of(with_accent(given, accent, theme), book)
    ground = Color(*map(int, pixels[-1, -1]))
    assert max(contrast(ground, color) for color in colors_of(pixels[rows, columns])) >= 2


@pytest.mark.parametrize("title", ["Go", "Designing calm software for busy people", "word " * 60])
def test_minimal_loses_nothing_where_it_is_cut_to_its_middle_square(
    book: FontBook, title: str
) -> None:
    ink = inked(pixels_of(card("generic/minimal", title=title, siteName=LONG_NAME), book))
    assert ink[:, MIDDLE_SQUARE].sum() == ink.sum()


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("accent", ACCENTS)
def test_the_letters_on_a_gradient_are_read_everywhere(
    book: FontBook, accent: str, theme: Theme
) -> None:
    given = with_accent(card("generic/gradient", title="·"), accent, theme)
    pixels = pixels_of(given, book)
    ink = max((WHITE, BLACK), key=lambda color: contrast(color, parse_color(accent)))
    if contrast(WHITE, parse_color(accent)) >= 4.5:
        ink = WHITE
    below_the_title = colors_of(pixels[320::9, ::9])
    assert min(contrast(ink, color) for color in below_the_title) >= 4.5


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("accent", ACCENTS)
def test_the_foot_of_a_bold_card_stands_apart_from_its_ground(
    book: FontBook, accent: str, theme: Theme
) -> None:
    given = with_accent(card("generic/bold", title="Go", subtitle="Now"), accent, theme)
    pixels = pixels_of(given, book)
    foot, ground = Color(*map(int, pixels[-1, 0])), Color(*map(int, pixels[0, 0]))
    assert ground == parse_color(accent)
    assert contrast(foot, ground) >= 1.5
    words = colors_of(pixels[-140:])
    assert max(contrast(foot, color) for color in words) >= 4.5


def test_a_site_name_alone_stands_at_the_start_of_the_foot(book: FontBook) -> None:
    pixels = pixels_of(card("generic/bold", title="Go", siteName="Northwind"), book)
    assert np.nonzero(inked(pixels)[-100:-1])[1].min() < 100


def test_a_headline_that_says_the_name_is_enough(book: FontBook) -> None:
    alone = card("generic/brand", title="Northwind — calm software")
    named = replace(alone, values={**alone.values, "siteName": "northwind"})
    other = replace(alone, values={**alone.values, "siteName": "Nimbus"})
    assert np.array_equal(pixels_of(alone, book), pixels_of(named, book))
    assert not np.array_equal(pixels_of(alone, book), pixels_of(other, book))


def test_a_brand_without_a_logo_shows_its_initial(book: FontBook) -> None:
    first = pixels_of(card("generic/brand", title="Go", siteName="Alder"), book)
    second = pixels_of(card("generic/brand", title="Go", siteName="Birch"), book)
    differs = (first != second).any(axis=2)[:220, 500:700]
    assert differs.any()


def test_a_tiny_logo_is_not_blown_up(book: FontBook) -> None:
    pixels = pixels_of(card("generic/brand", title="Go", favicon=picture(16, 16)), book)
    found = (pixels == (0xC2, 0x41, 0x0C)).all(axis=2)
    assert 0 < np.ptp(np.nonzero(found)[1]) < 40


def test_a_photo_runs_to_the_edges(book: FontBook) -> None:
    pixels = pixels_of(card("generic/split-image", title="Go", image=picture(1200, 900)), book)
    for row in (0, -1):
        assert tuple(pixels[row, 0]) == (0xC2, 0x41, 0x0C)
        assert tuple(pixels[row, 500]) == (0x16, 0x65, 0x34)


@pytest.mark.parametrize("shape", [(1200, 150), (150, 1200)])
@pytest.mark.parametrize("size", CardSize)
def test_a_picture_of_another_shape_is_shown_whole(
    book: FontBook, shape: tuple[int, int], size: CardSize
) -> None:
    given = card("generic/split-image", title="Go", image=picture(*shape))
    pixels = pixels_of(replace(given, size=size), book)
    assert has_color(pixels, "#c2410c")
    assert has_color(pixels, "#166534")


@pytest.mark.parametrize("size", CardSize)
def test_without_a_picture_the_title_chooses_a_pattern(book: FontBook, size: CardSize) -> None:
    def half(title: str, **values: bytes) -> Pixels:
        given = replace(card("generic/split-image", title=title, **values), size=size)
        return pixels_of(given, book)[:400, :500]

    assert np.array_equal(half("Calm"), half("Calm"))
    assert not np.array_equal(half("Calm"), half("Busy"))
    assert np.array_equal(half("Calm"), half("Calm", image=picture(16, 16)))


def test_a_cut_out_is_seen_on_a_dark_card(book: FontBook) -> None:
    dark_logo = sample_pictures.favicon()
    given = card("generic/split-image", title="Go", image=dark_logo)
    pixels = pixels_of(replace(given, theme=Theme.DARK), book)[:, :500]
    around, logo = Color(*map(int, pixels[0, 0])), Color(0x11, 0x18, 0x27)
    assert has_color(pixels, str(logo))
    assert contrast(around, logo) > 3


@pytest.mark.parametrize("size", CardSize)
@pytest.mark.parametrize("name", GENERIC)
def test_the_headline_has_its_room_whatever_else_there_is(
    book: FontBook, name: str, size: CardSize
) -> None:
    much = "Everything that can be said of it is said here, and then some more. " * 8
    given = replace(
        card(f"generic/{name}", siteName=LONG_NAME, description=much, tagline=much, subtitle=much),
        size=size,
    )
    first, second = (
        pixels_of(replace(given, values={**given.values, "title": title * 30}), book)
        for title in ("Alpha ", "Gamma ")
    )
    rows = np.nonzero((first != second).any(axis=(1, 2)))[0]
    assert np.ptp(rows) > size.height * 0.15
