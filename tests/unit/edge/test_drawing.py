from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from og_edge.drawing import images_wanted, merge
from og_edge.errors import InvalidParameterError
from og_edge.page import Found, Pictures
from tests.unit.edge.samples import card_request, image_field, page, template, text_field


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
    values, _ = merge(card_request(brand="B"), template(), page(title="T", author="A"))
    assert values == {"title": "T"}


def test_a_field_is_filled_from_the_metadata_that_it_names() -> None:
    design = template(text_field("tagline", "description"), text_field("badge"))
    seen = page(title="T", tagline="not this", description="D", badge="nor this")
    values, sources = merge(card_request(), design, seen)
    assert (values["tagline"], sources["tagline"]) == ("D", "og:description")
    assert "badge" not in values


def test_an_override_goes_by_the_name_of_the_field_not_of_its_source() -> None:
    design = template(text_field("tagline", "description"))
    values, _ = merge(card_request(tagline="Mine"), design, page(title="T", description="D"))
    assert (values["tagline"], values["description"]) == ("Mine", "D")
    values, _ = merge(card_request(description="Mine"), design, page(title="T", description="D"))
    assert (values["tagline"], values["description"]) == ("D", "Mine")


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
        merge(
            card_request(),
            template(text_field("description", "description", required=True)),
            page(title="T"),
        )


def test_pictures_are_asked_for_by_the_override_or_left_to_the_page() -> None:
    wanted = images_wanted(card_request(favicon="https://example.com/i.png"), template())
    assert sorted(wanted.values()) == ["", "https://example.com/i.png"]
    assert wanted["image"] == ""
    assert "favicon" not in wanted  # that name is for the page's own


def test_a_picture_is_the_pages_own_of_the_name_that_its_field_gives() -> None:
    design = template(image_field("cover", "image"), image_field("logo", "favicon"))
    assert images_wanted(card_request(), design) == {"image": "", "favicon": ""}
    seen = replace(page(title="T"), pictures=Pictures({"image": b"PNG"}, ["favicon"]))
    values, _ = merge(card_request(), design, seen)
    assert values["cover"] == values["image"] == b"PNG"
    assert "logo" not in values


def test_a_given_picture_is_for_its_field_only() -> None:
    design = template(image_field("cover", "image"))
    request = card_request(image="https://example.com/i.png")
    [given] = [name for name, url in images_wanted(request, design).items() if url]
    seen = replace(page(title="T"), pictures=Pictures({"image": b"own", given: b"given"}))
    values, sources = merge(request, design, seen)
    assert (values["cover"], values["image"]) == (b"own", b"given")
    assert (sources["cover"], sources["image"]) == ("page", "override")


def test_pictures_that_no_page_names_are_not_asked_for() -> None:
    design = template(image_field("banner", "banner"), image_field("stamp"))
    assert images_wanted(card_request(), design) == {"favicon": "", "image": ""}


def test_an_empty_override_asks_for_no_picture() -> None:
    assert images_wanted(card_request(favicon=""), template()) == {"image": ""}


def test_pictures_that_came_are_drawn_and_those_that_failed_are_not() -> None:
    request = card_request(favicon="https://example.com/i.png")
    [given] = [name for name, url in images_wanted(request, template()).items() if url]
    seen = replace(page(title="T"), pictures=Pictures({given: b"PNG"}, ["image"]))
    values, sources = merge(request, template(), seen)
    assert values["favicon"] == b"PNG"
    assert sources["favicon"] == "override"
    assert "image" not in values
