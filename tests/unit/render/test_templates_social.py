from __future__ import annotations

from dataclasses import replace

import pytest

from og_render import sample_pictures
from og_render.cards import CardSize
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.fields import Rating, Value
from og_render.text.fonts import FontBook

from .drawn import Pixels, card, ground_of, inked, pixels_of, share_of

ACCENT = Color(0xB4, 0x53, 0x09)
UNLIT = Color(0x8D, 0x87, 0xEE)
LONG_QUOTE = "It simply never got in the way of what we came to do, not even once. " * 5


def said(book: FontBook, title: str = "Brilliant", **values: Value) -> Pixels:
    given = replace(card("social/testimonial", title=title, **values), accent=ACCENT)
    return pixels_of(given, book)


def test_stars_show_the_rating_on_the_bubble(book: FontBook) -> None:
    low, high = (share_of(said(book, rating=Rating(it)), UNLIT) for it in (1.0, 4.0))
    assert low == pytest.approx(4 * high, rel=0.1)
    assert share_of(said(book, rating=Rating(5.0)), UNLIT) == 0
    assert (said(book, rating="5") == said(book, rating=Rating(5.0))).all()
    assert (said(book, rating="Great!") != said(book)).any()


def test_the_bubble_points_to_a_face_and_to_nothing_else(book: FontBook) -> None:
    def lowest(pixels: Pixels) -> int:
        """Give how much of the bubble's last rows is its own colour, less than a tail's width."""
        accent = (pixels == (ACCENT.red, ACCENT.green, ACCENT.blue)).all(axis=2)
        widths = accent.sum(axis=1)
        return int(((widths > 0) & (widths < 40)).sum())

    assert lowest(said(book, avatar=sample_pictures.avatar())) > 20
    assert lowest(said(book, author="Jane Doe")) > 20
    assert lowest(said(book, role="Head of Product")) < 5


@pytest.mark.parametrize("size", CardSize)
def test_a_long_quote_leaves_room_for_who_says_it(book: FontBook, size: CardSize) -> None:
    plain = replace(card("social/testimonial", title=LONG_QUOTE), size=size)
    avatar = sample_pictures.avatar()
    named = replace(
        plain, values={**plain.values, "author": "Jane Doe", "avatar": avatar, "rating": "5"}
    )
    pixels = pixels_of(named, book)
    foot = inked(pixels)[: round(size.height * 0.92)]
    face = Color(0xE8, 0xB7, 0x96)
    near = (abs(pixels.astype(int) - (face.red, face.green, face.blue)) < 8).all(axis=2)
    assert near.sum() > 500
    assert foot.any()
    assert not inked(pixels)[round(size.height * 0.92) :].any()


def test_a_white_bubble_on_white_has_an_edge(book: FontBook) -> None:
    given = replace(card("social/testimonial", title="Brilliant"), accent=Color(255, 255, 255))
    for theme in Theme:
        pixels = pixels_of(replace(given, theme=theme), book)
        column = pixels[:, 300].astype(int)
        assert (abs(column - ground_of(pixels).astype(int)).max(axis=1) > 40).any()
