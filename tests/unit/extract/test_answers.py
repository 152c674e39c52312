from __future__ import annotations

import math

import pytest

from og_extract.fetch.answers import Fetched, make_answer
from og_urls import parse_page_url

URL = parse_page_url("https://example.com/")
DATE = "Wed, 25 Nov 2026 10:00:00 GMT"
A_MINUTE_BEFORE = "Wed, 25 Nov 2026 09:59:00 GMT"
A_MOMENT_BEFORE = "Wed, 25 Nov 2026 09:59:59 GMT"


def answer(headers: dict[str, str], status: int = 200) -> Fetched:
    return make_answer(URL, 0, status, headers, b"body", is_partial=False)


@pytest.mark.parametrize(
    ("headers", "conditions"),
    [
        ({}, {}),
        ({"etag": 'W/"a"'}, {"If-None-Match": 'W/"a"'}),
        (
            {"last-modified": A_MINUTE_BEFORE, "date": DATE},
            {"If-Modified-Since": A_MINUTE_BEFORE},
        ),
        (
            {"etag": '"a"', "last-modified": A_MINUTE_BEFORE, "date": DATE},
            {"If-None-Match": '"a"'},
        ),
        ({"last-modified": A_MOMENT_BEFORE, "date": DATE}, {}),
        ({"last-modified": DATE, "date": A_MINUTE_BEFORE}, {}),
        ({"last-modified": A_MINUTE_BEFORE}, {}),
        ({"last-modified": "yesterday", "date": DATE}, {}),
        ({"etag": '"\u00fc"'}, {}),
        ({"etag": '"a"\r\nx: y'}, {}),
        ({"etag": f'"{"a" * 2_000}"'}, {}),
    ],
)
def test_only_what_tells_states_apart_is_a_condition(
    headers: dict[str, str], conditions: dict[str, str]
) -> None:
    assert answer(headers).conditions == conditions


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (True, math.inf)),
        ({"cache-control": "public, max-age=60"}, (True, 60)),
        ({"cache-control": "Max-Age=60, max-age=5"}, (True, 5)),
        ({"cache-control": "max-age=soon"}, (True, math.inf)),
        ({"cache-control": f"max-age={'9' * 5_000}"}, (True, math.inf)),
        ({"expires": DATE, "date": A_MINUTE_BEFORE}, (True, 60)),
        ({"expires": A_MINUTE_BEFORE, "date": DATE}, (True, 0)),
        ({"expires": "0", "date": DATE}, (True, 0)),
        ({"expires": "0", "cache-control": "max-age=5"}, (True, 5)),
        ({"cache-control": "private, no-cache"}, (True, 0)),
        ({"cache-control": "no-store"}, (False, math.inf)),
        ({"vary": "*"}, (False, math.inf)),
        ({"vary": "Cookie, Accept-Encoding"}, (True, math.inf)),
    ],
)
def test_a_server_says_what_may_be_kept(
    headers: dict[str, str], expected: tuple[bool, float]
) -> None:
    fetched = answer(headers)
    assert (fetched.may_be_kept, fetched.max_age_s) == expected


def test_a_refusal_is_never_kept() -> None:
    assert not answer({}, 403).may_be_kept


def test_a_confirmed_answer_has_the_newer_headers() -> None:
    old = answer({"etag": '"a"', "cache-control": "max-age=5"})
    new = old.confirmed({"cache-control": "no-store"}, 1)
    assert (new.etag, new.redirects, new.body, new.may_be_kept) == ('"a"', 1, b"body", False)
    assert old.confirmed({"etag": '"b"'}, 0).etag == '"b"'
