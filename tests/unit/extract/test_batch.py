from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest

from og_extract.batch.command import TOO_MUCH, answer_lines
from og_extract.batch.lines import MAX_LINE_BYTES
from og_extract.batch.result import KEYS
from og_extract.read.choosing.page import Page
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource
from og_extract.reading_pool import ReadingError

URL = "https://www.example.com/shop/lamp"


def line(html: str | bytes, url: str = URL, line_id: object = "1") -> bytes:
    body = html.encode() if isinstance(html, str) else html
    fields = {"id": line_id, "url": url, "html": base64.b64encode(body).decode()}
    return json.dumps(fields).encode() + b"\n"


def answered(*lines: bytes) -> list[dict[str, Any]]:
    answers = io.BytesIO()
    answer_lines(io.BytesIO(b"".join(lines)), answers, read_page)
    return [json.loads(answer) for answer in answers.getvalue().splitlines()]


def result(html: str | bytes, url: str = URL) -> dict[str, Any]:
    [answer] = answered(line(html, url))
    assert set(answer) == {"id", "result", "ms"}
    assert tuple(answer["result"]) == KEYS
    found: dict[str, Any] = answer["result"]
    return found


def test_a_product_has_its_values_in_the_forms_that_help_names() -> None:
    product = {
        "@type": "Product",
        "name": "Lamp",
        "brand": {"name": "Lumen"},
        "offers": {"price": "1,299.90", "priceCurrency": "EUR"},
        "aggregateRating": {"ratingValue": "4.5", "ratingCount": "12"},
    }
    found = result(
        f'<html lang=de><script type="application/ld+json">{json.dumps(product)}</script>'
        '<meta property="og:image" content="/lamp.png"><link rel=icon href="/icon.png">'
        '<link rel=canonical href="/lamp"><h1>Lamp</h1>'
    )
    assert found["title"] == "Lamp"
    assert (found["price"], found["currency"]) == ("1299.90", "EUR")
    assert (found["rating"], found["ratingCount"]) == (4.5, 12)
    assert (found["brand"], found["lang"]) == ("Lumen", "de")
    assert found["url"] == "https://www.example.com/lamp"
    assert found["image"] == "https://www.example.com/lamp.png"
    assert found["logo"] == "https://www.example.com/icon.png"


def test_days_are_days() -> None:
    page = (
        '<title>News</title><meta property="article:published_time" content="2024-03-05T23:30:00Z">'
    )
    assert result(page)["publishedAt"] == "2024-03-05"


def test_what_a_page_does_not_say_is_null_and_its_logo_where_browsers_look() -> None:
    found = result("<title>Lamp</title>", "http://localhost:3000/shop/lamp#top")
    assert found["url"] == "http://localhost:3000/shop/lamp"
    assert found["logo"] == "http://localhost:3000/favicon.ico"
    assert {found[key] for key in ("author", "publishedAt", "image", "price", "rating")} == {None}


@pytest.mark.parametrize("body", [b"", b"   ", b"%PDF-1.7 ", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_html_has_a_result_of_nulls(body: bytes) -> None:
    assert set(result(body).values()) == {None}


def test_a_page_without_content_says_what_it_is_and_what_it_says() -> None:
    challenge = (
        "<title>Just a moment...</title><body>Checking your browser before accessing"
        '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>'
    )
    [answer] = answered(line(challenge))
    assert answer["kind"] == "challenge"
    assert answer["result"]["title"] == "Just a moment..."


@pytest.mark.parametrize("line_id", ["", "ünï\ud800", 7, 10**400, 1.5])
def test_ids_come_back_as_they_were(line_id: object) -> None:
    [answer] = answered(line("<title>Lamp</title>", line_id=line_id))
    assert answer["id"] == line_id


@pytest.mark.parametrize(
    ("bad", "line_id", "complaint"),
    [
        (b"\n", None, "one JSON object"),
        (b"{'id': 1}\n", None, "one JSON object"),
        (b"\xff\xfe\xfd\n", None, "one JSON object"),
        (b"[" * 100_000 + b"\n", None, "one JSON object"),
        (b"[]\n", None, "a JSON object"),
        (b'{"id": NaN}\n', None, "NaN"),
        (b'{"url": "https://example.com/", "html": ""}\n', None, "the id"),
        (b'{"id": true, "url": "https://example.com/", "html": ""}\n', None, "the id"),
        (b'{"id": -1e999, "url": "https://example.com/", "html": ""}\n', None, "the id"),
        (b'{"id": "' + b"x" * 2_000 + b'"}\n', None, "shorten the id"),
        (b'{"id": "a", "html": ""}\n', "a", "add the url"),
        (b'{"id": "a", "url": null, "html": ""}\n', "a", "the url as a string"),
        (b'{"id": "a", "url": "/page", "html": ""}\n', "a", "absolute"),
        (b'{"id": "a", "url": "file:///etc/passwd", "html": ""}\n', "a", "absolute"),
        (line("", "https://example.com/" + "x" * 9_000, "a"), "a", "shorten the url"),
        (b'{"id": "a", "url": "https://example.com/"}\n', "a", "add the html"),
        (b'{"id": "a", "url": "https://example.com/", "html": "<h1>"}\n', "a", "base64"),
        (b'{"id": "a", "url": "https://example.com/", "html": "\xc3\xa9"}\n', "a", "base64"),
        (b'{"id": "a", "html": "' + b"A" * MAX_LINE_BYTES + b'"}\n', None, "shorten the line"),
    ],
    ids=range(19),
)
def test_a_bad_line_says_what_to_change_and_ends_nothing(
    bad: bytes, line_id: object, complaint: str
) -> None:
    refused, after = answered(bad, line("<title>After</title>", line_id="b"))
    assert set(refused) == {"id", "result", "error", "ms"}
    assert (refused["id"], refused["result"]) == (line_id, None)
    assert complaint in refused["error"]
    assert (after["id"], after["result"]["title"]) == ("b", "After")


def test_the_last_line_needs_no_end() -> None:
    [answer] = answered(line("<title>Lamp</title>").rstrip(b"\n"))
    assert answer["result"]["title"] == "Lamp"


def test_a_page_that_is_too_much_says_so() -> None:
    def give_up(_: PageSource) -> Page | None:
        raise ReadingError

    answers = io.BytesIO()
    answer_lines(io.BytesIO(line("<p>")), answers, give_up)
    answer = json.loads(answers.getvalue())
    assert (answer["id"], answer["result"], answer["error"]) == ("1", None, TOO_MUCH)
