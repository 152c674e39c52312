from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from og_extract.fetch.image_kinds import is_image
from og_extract.read.findings import RawPrice
from og_extract.read.markup.languages import home_of, region_of
from og_extract.read.markup.text import clean_text
from og_extract.read.values.amounts import parse_amount
from og_extract.read.values.dates import parse_day
from og_extract.read.values.prices import Price, parse_price


@pytest.mark.parametrize(
    "text",
    [
        "2019-01-07",
        "2019-01-07T23:59:59-08:00",
        "2019/1/7",
        "2019.01.07",
        "20190107",
        "20190107T120000Z",
        "Mon, Jan 7 2019 15:37:00 EST",
        "Mon, 07 Jan 2019 15:37:00 GMT",
        "Mon Jan 07 15:37:00 CET 2019",
        "January 7th, 2019",
        "Published on Jan. 7, 2019 by Ann",
        "7 January 2019",
        "7. Januar 2019",
        "7 janvier 2019",
        "7 de enero de 2019",
        "7 января 2019",
        "7 ianuarie 2019, 7 Jan 2019",
        "07.01.2019",
        "1/7/2019",
        "2019年1月7日",
        "1546819200",
        "1546819200000",
    ],
)
def test_a_day_is_found_in_every_dress(text: str) -> None:
    assert parse_day(text, "en-US") == date(2019, 1, 7)


def test_slashes_mean_what_the_language_makes_of_them() -> None:
    assert parse_day("3/4/2020", "en-US") == date(2020, 3, 4)
    assert parse_day("3/4/2020", "en-GB") == date(2020, 4, 3)
    assert parse_day("31/12/2020", "en-US") == date(2020, 12, 31)


@pytest.mark.parametrize(
    "text",
    ["", "PT20M", "P3D", "yesterday", "2019-13-45", "31.02.2019", "0000-00-00", "1-2-3", "12:30"],
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.50", "12.50"),
        ("12,50", "12.50"),
        ("1,299.90", "1299.90"),
        ("1.299,90", "1299.90"),
        ("24990", "24990"),
        ("24.990", "24990"),
        ("1.234.567", "1234567"),
        ("1 299,90 kr", "1299.90"),
        ("1\u00a0299", "1299"),
        ("1'299.90", "1299.90"),
        ("£12.50 was £20", "12.50"),
        ("0.125", "0.125"),
        ("5,-", "5"),
        ("CHF 1\u2019234.50", "1234.50"),
        ("129,000원", "129000"),
        ("\uff11\uff12\uff0c\uff18\uff10\uff10円", "12800"),
        ("٤٩٩ ر.س", "499"),
        ("1299.999", "1299.999"),
    ],
)
def test_an_amount_is_read_whatever_its_marks(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Was $99.00 Now $79.00", "79.00"),
        ("UVP 99,00 € 79,00 €", "79.00"),
        ("List: $120 Sale: $80", "80"),
        ("Save $20 \u2013 $79.00", "79.00"),
        ("2 for $30.00", "30.00"),
        ("79,00 € (7,90 €/100 g)", "79.00"),
        ("UVP 99,00 €", "99.00"),
    ],
)
def test_of_several_amounts_the_one_asked_for_now_is_read(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "currency", "territory", "amount"),
    [
        ("19.999", "USD", "DE", "19.999"),
        ("24.990", "CLP", "US", "24990"),
        ("24.990", "EUR", "DE", "24990"),
        ("1.299", "EUR", "GB", "1.299"),
        ("1.299", "KWD", "KW", "1.299"),
    ],
)
def test_a_dot_before_three_digits_means_what_it_means_there(
    text: str, currency: str, territory: str, amount: str
) -> None:
    assert parse_amount(text, currency, territory) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "free", "9" * 40, "-5", "3 x $33.00", "12 x 49,90 €"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x89PNG\r\n\x1a\nrest", True),
        (b"\xff\xd8\xff\xe0rest", True),
        (b"GIF89arest", True),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", True),
        (b"\x00\x00\x01\x00\x01", True),
        (b"\x00\x00\x00\x1cftypavif\x00\x00", True),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00avif", True),
        (b"\x00\x00\x00\x1cftypisom\x00\x00\x00\x00mp41", False),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", True),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- by hand -->\n<svg>", True),
        (b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"><svg ', True),
        (b"<svgs>", False),
        (b"<!doctype html><title>Not found</title><svg></svg>", False),
        (b"<?xml version='1.0'?><rss></rss>", False),
        (b"<!--" * 100_000, False),
        (b"<??>" * 100_000, False),
        (b"<html>not found", False),
        (b"", False),
    ],
)
def test_pictures_are_known_by_their_first_bytes(data: bytes, *, expected: bool) -> None:
    assert is_image(data) is expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("A <b>bold</b> claim<br/>here", "A bold claim here"),
        ('See <a href="/x">this</a> <!-- not that -->', "See this"),
        ("&lt;em&gt;Encoded twice&lt;/em&gt;", "Encoded twice"),
        ("Why <T extends keyof U> beats any", "Why <T extends keyof U> beats any"),
        ("std::vector<int>::push_back", "std::vector<int>::push_back"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_markup_goes_and_the_texts_own_brackets_stay(raw: str, text: str) -> None:
    assert clean_text(raw) == text


@pytest.mark.parametrize(
    ("language", "currency"), [("nb", "NOK"), ("da", "DKK"), ("sv", "SEK"), ("en-IS", "ISK")]
)
def test_a_sign_that_countries_share_is_that_of_the_language(language: str, currency: str) -> None:
    assert parse_price(RawPrice("499 kr"), region_of(language) or home_of(language)) == Price(
        "499", currency
    )
