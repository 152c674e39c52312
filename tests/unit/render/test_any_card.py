"""Whatever a card is asked to say, there is a card."""

from __future__ import annotations

import io
import os
import random
from dataclasses import replace

import pytest
from PIL import Image

from og.render.v1 import render_pb2 as pb
from og_render.cards import Card, ImageFormat, Template
from og_render.color.grounds import Theme
from og_render.drawing import draw
from og_render.errors import InvalidFieldError, MissingFieldError
from og_render.fields import MAX_TEXT_CHARACTERS
from og_render.messages import card_of
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook
from tests.support.any_card import any_card, any_text

SEED = int(os.environ.get("OG_TEST_SEED", "20261124"))
CARDS_PER_TEMPLATE = 16
MAX_BYTES, MAX_BYTES_WITH_PHOTO = 300_000, 600_000
PHOTOS = {"image", "productImage", "avatar", "favicon"}
FORMATS = {ImageFormat.PNG: "PNG", ImageFormat.JPEG: "JPEG", ImageFormat.WEBP: "WEBP"}
MEGABYTE = 1_000_000


def assert_is_a_card(card: Card, file: bytes, told: str) -> None:
    image = Image.open(io.BytesIO(file))
    assert image.format == FORMATS[card.format], told
    assert image.size == card.size.value, told
    assert image.mode in ("RGB", "P"), told
    assert "transparency" not in image.info, told
    image.load()
    has_photo = any(isinstance(card.values.get(name), bytes) for name in PHOTOS)
    is_small = card.format is ImageFormat.PNG and not has_photo
    assert len(file) <= (MAX_BYTES if is_small else MAX_BYTES_WITH_PHOTO), told


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda it: it.template_id)
def test_any_values_in_any_look_make_a_card(book: FontBook, template: Template) -> None:
    rng = random.Random(f"{SEED} {template.template_id}")
    for number in range(CARDS_PER_TEMPLATE):
        card = any_card(rng, template)
        told = f"OG_TEST_SEED={SEED}, card {number}: {card!r:.2000}"
        print(told)  # noqa: T201 - shown when the test fails, also by an exception
        assert_is_a_card(card, draw(card, book).image, told)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda it: it.template_id)
@pytest.mark.parametrize("theme", Theme, ids=lambda it: it.value)
def test_a_title_that_shows_nothing_still_makes_a_card(
    book: FontBook, template: Template, theme: Theme
) -> None:
    """Callers are told that a title must be seen; what slips through costs no worker."""
    for title in ("", "\u200b", "\ud800", "\U000e0001"):
        card = Card(template.template_id, theme, values={"title": title})
        assert_is_a_card(card, draw(card, book).image, repr(title))


@pytest.mark.parametrize("text", ["x" * MEGABYTE, "word " * (MEGABYTE // 5), "Z\u0301" * MEGABYTE])
def test_a_title_of_a_megabyte_is_drawn_where_it_gets_that_far(book: FontBook, text: str) -> None:
    card = Card("generic/standard", Theme.LIGHT, values={"title": text})
    assert_is_a_card(card, draw(card, book).image, text[:10])


def test_a_text_is_taken_up_to_its_bound_and_refused_beyond(book: FontBook) -> None:
    def request(title: str) -> pb.RenderCardRequest:
        field = pb.FieldValue(name="title", text=title)
        return pb.RenderCardRequest(
            template_id="generic/standard", theme=pb.THEME_LIGHT, fields=[field]
        )

    rng = random.Random(SEED)
    longest = "".join(any_text(rng) for _ in range(40))
    longest = longest.encode("utf-8", "ignore").decode().ljust(MAX_TEXT_CHARACTERS, "x")
    card = card_of(request(longest[:MAX_TEXT_CHARACTERS]))
    assert_is_a_card(card, draw(card, book).image, f"OG_TEST_SEED={SEED}")
    with pytest.raises(InvalidFieldError):
        card_of(request("x" * (MAX_TEXT_CHARACTERS + 1)))
    with pytest.raises(MissingFieldError):
        card_of(request("\u200b\u2060"))


def test_pictures_alone_decide_whether_a_card_may_weigh_more(book: FontBook) -> None:
    rng = random.Random(SEED)
    for template in TEMPLATES.values():
        card = any_card(rng, template)
        texts = {name: it for name, it in card.values.items() if not isinstance(it, bytes)}
        bare = replace(card, values=texts)
        assert_is_a_card(bare, draw(bare, book).image, f"OG_TEST_SEED={SEED}: {bare!r:.2000}")
