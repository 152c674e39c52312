"""Where a language model's words have a place on a card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from og_edge.ai import AiStatus, reading_mode
from og_edge.options import Mode
from tests.unit.edge.samples import card_request, template, text_field


@pytest.mark.parametrize(
    ("overrides", "mode"),
    [
        ({}, Mode.AI),
        ({"title": "Mine"}, Mode.AI),
        ({"description": ""}, Mode.AI),
        ({"siteName": "Mine", "publishedAt": "today"}, Mode.AI),
        ({"title": "Mine", "description": "Mine"}, Mode.STANDARD),
        ({"title": "", "description": ""}, Mode.STANDARD),
    ],
)
def test_a_page_is_read_by_ai_where_title_or_description_is_left_to_it(
    overrides: dict[str, str], mode: Mode
) -> None:
    assert reading_mode(card_request(mode="ai", **overrides), template()) is mode
    assert reading_mode(card_request(**overrides), template()) is Mode.STANDARD


def test_a_place_is_known_by_what_fills_it_not_by_its_name() -> None:
    request = card_request(mode="ai", title="Mine", description="Mine")
    assert reading_mode(request, template(text_field("tagline", "description"))) is Mode.AI
    design = template(text_field("note"))
    no_places = {n: f for n, f in design.fields.items() if n not in {"title", "description"}}
    assert reading_mode(card_request(mode="ai"), replace(design, fields=no_places)) is Mode.STANDARD


def test_only_what_was_asked_for_in_vain_is_tried_again() -> None:
    fell_short = {status for status in AiStatus if status.fell_short}
    assert fell_short == {AiStatus.FAILED, AiStatus.TIMEOUT, AiStatus.REJECTED}
