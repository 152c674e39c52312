"""A card of the past is asked for again exactly as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from og_edge.card_request import CardRequest
from og_edge.cards import Generation, card_key, card_options
from og_edge.errors import UrlNotAllowedError
from og_edge.past_requests import request_of

from .samples import card_request, template

NOWHERE: frozenset[str] = frozenset()
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


def line(request: CardRequest, options: dict[str, Any]) -> Generation:
    stored = json.loads(json.dumps(options))
    page_url, template_id = request.url.href, request.template_id
    return Generation("1", "acct_1", "key", page_url, template_id, stored, {}, (), 10)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "theme": st.sampled_from(["light", "dark"]),
            "accentColor": st.sampled_from(["#16a34a", "abc"]),
            "gradientBg": st.sampled_from(["true", "false"]),
            "mode": st.sampled_from(["standard", "ai"]),
            "size": st.sampled_from(["wide", "square", "tall"]),
            "format": st.sampled_from(["png", "jpeg", "webp"]),
            "title": TEXTS,
            "favicon": st.sampled_from(["", "https://example.com/a.png?b=1&c=%20"]),
            "publishedAt": TEXTS,
            "drawnByNoTemplate": TEXTS,
        },
    )
)
def test_whatever_was_asked_for_is_the_same_card_again(parameters: dict[str, str]) -> None:
    request = card_request(**parameters)
    again = request_of(line(request, card_options(request, template())), NOWHERE)
    assert card_key("acct_1", again, template()) == card_key("acct_1", request, template())


@pytest.mark.parametrize("unknown_then", [(), ("mode",), ("mode", "gradientBg", "accentColor")])
def test_a_line_from_before_there_was_an_option_means_its_default(
    unknown_then: tuple[str, ...],
) -> None:
    request = card_request(title="A title", theme="dark")
    options = card_options(request, template())
    for name in unknown_then:
        del options[name]
    again = request_of(line(request, options), NOWHERE)
    assert card_key("acct_1", again, template()) == card_key("acct_1", request, template())


def test_a_page_that_may_not_be_read_any_more_says_so() -> None:
    request = card_request()
    old = Generation(
        "1", "acct_1", "key", "http://127.0.0.1:1/", request.template_id, {}, {}, (), 1
    )
    with pytest.raises(UrlNotAllowedError):
        request_of(old, NOWHERE)
    assert request_of(old, frozenset({"127.0.0.1:1"})).url.href == "http://127.0.0.1:1/"
