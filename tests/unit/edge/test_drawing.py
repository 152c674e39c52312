from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from og_edge.drawing import images_wanted, merge
from og_edge.errors import InvalidParameterError
from og_edge.page import Found, Pictures
from tests.unit.edge.samples import card_request, page, template


def test_an_override_wins_over_the_page() -> None:
    values, sources = merge(
        card_request(title="Mine"), template(), page(title="Theirs", description="Theirs")
    )
    assert values == {"title": "Mine", "description": "Theirs"}
    assert sources == {"title": "override", "description": "og:description"}


def test_an_empty_override_leaves_the_field_out() -> None:
    values, sources = merge(
        card_request(description=""), template(), page(title="T", description="D")
    )
    assert values == {"title": "T"}
    assert sources == {"title": "og:title"}


def test_an_override_is_text_even_where_the_page_has_a_date() -> None:
    day = Found(dt.date(2026, 3, 1), "article:published_time")
    seen = replace(page(title="T"), fields={**page(title="T").fields, "publishedAt": day})
    assert merge(card_request(), template(), seen)[0]["publishedAt"] == dt.date(2026, 3, 1)
    values, _ = merge(card_request(publishedAt="last spring"), template(), seen)
    assert values["publishedAt"] == "last spring"


def test_what_the_template_does_not_declare_is_not_drawn() -> None:
    values, _ = merge(card_request(siteName="S"), template("title"), page(title="T", author="A"))
    assert values == {"title": "T"}


@pytest.mark.parametrize(
    ("seen", "title", "source"),
    [
        (page(siteName="The Site"), "The Site", "siteName"),
        (page(), "www.example.com", "host"),
    ],
)
def test_a_page_without_a_title_is_titled_by_its_site(
    seen: object, title: str, source: str
) -> None:
    values, sources = merge(card_request(), template(), seen)  # type: ignore[arg-type]
    assert values["title"] == title
    assert sources["title"] == source


def test_an_empty_title_is_no_title() -> None:
    values, _ = merge(card_request(title=""), template(), page(title="T"))
    assert values["title"] == "www.example.com"


def test_a_required_field_without_a_value_names_the_parameter_that_helps() -> None:
    with pytest.raises(InvalidParameterError, match="&description="):
        merge(card_request(), template(required=("title", "description")), page(title="T"))


def test_pictures_are_asked_for_by_the_override_or_left_to_the_page() -> None:
    wanted = images_wanted(card_request(favicon="https://example.com/i.png"), template())
    assert wanted == {"favicon": "https://example.com/i.png", "image": ""}


def test_an_empty_override_asks_for_no_picture() -> None:
    assert images_wanted(card_request(favicon=""), template()) == {"image": ""}


def test_pictures_that_came_are_drawn_and_those_that_failed_are_not() -> None:
    seen = replace(page(title="T"), pictures=Pictures({"favicon": b"PNG"}, ["image"]))
    values, sources = merge(card_request(favicon="https://example.com/i.png"), template(), seen)
    assert values["favicon"] == b"PNG"
    assert sources["favicon"] == "override"
    assert "image" not in values
