from __future__ import annotations

from urllib.parse import quote

import pytest

from og_edge.card_request import MAX_OVERRIDE_CHARS, parse_card_request
from og_edge.errors import ApiError, InvalidParameterError, UrlNotAllowedError
from og_edge.options import CardSize, ImageFormat, Mode, Theme
from og_edge.query import MAX_PARAMETERS, MAX_QUERY_BYTES

GOOD = "url=https://example.com/a&template=generic/standard"
LOOPBACK = frozenset({"127.0.0.1:8001"})


def test_everything_that_is_not_required_has_its_default() -> None:
    request = parse_card_request(GOOD.encode())
    assert request.url.href == "https://example.com/a"
    assert request.template_id == "generic/standard"
    assert request.site_id == ""
    assert request.theme is Theme.LIGHT
    assert request.mode is Mode.STANDARD
    assert request.accent_color == ""
    assert not request.gradient
    assert not request.refresh
    assert request.size is CardSize.WIDE
    assert request.format is ImageFormat.PNG
    assert not request.overrides


@pytest.mark.parametrize(
    ("more", "attribute", "value"),
    [
        ("site=site_b6bc4c3f", "site_id", "site_b6bc4c3f"),
        ("theme=light", "theme", Theme.LIGHT),
        ("theme=dark", "theme", Theme.DARK),
        ("gradientBg=true", "gradient", True),
        ("gradientBg=false", "gradient", False),
        ("refresh=true", "refresh", True),
        ("refresh=false", "refresh", False),
        ("mode=ai", "mode", Mode.AI),
        ("mode=standard", "mode", Mode.STANDARD),
        ("accentColor=%2316a34a", "accent_color", "#16a34a"),
        ("accentColor=16A34A", "accent_color", "#16a34a"),
        ("accentColor=%230aF", "accent_color", "#00aaff"),
        ("accentColor=0af", "accent_color", "#00aaff"),
        ("size=wide", "size", CardSize.WIDE),
        ("size=square", "size", CardSize.SQUARE),
        ("size=tall", "size", CardSize.TALL),
        ("format=png", "format", ImageFormat.PNG),
        ("format=jpeg", "format", ImageFormat.JPEG),
        ("format=webp", "format", ImageFormat.WEBP),
    ],
)
def test_an_option_is_read(more: str, attribute: str, value: object) -> None:
    assert getattr(parse_card_request(f"{GOOD}&{more}".encode()), attribute) == value


@pytest.mark.parametrize(
    ("encoded", "href"),
    [
        ("https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d%3De", "https://example.com/a?b=c&d=e"),
        ("https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("https://example.com/c++", "https://example.com/c++"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
        ("https://example.com/a%2520b", "https://example.com/a%20b"),
        ("https://example.com/a%2Bb", "https://example.com/a+b"),
        ("https://example.com/%C3%A4", "https://example.com/%C3%A4"),
        ("https://example.com/ä", "https://example.com/%C3%A4"),
        ("%20https://example.com/%20", "https://example.com/"),
        ("https://example.com/a%23part", "https://example.com/a"),
        ("HTTPS://EXAMPLE.com:443/a/./b", "https://example.com/a/b"),
    ],
)
def test_a_url_is_read_however_it_was_encoded(encoded: str, href: str) -> None:
    assert parse_card_request(f"template=t&url={encoded}".encode()).url.href == href


@pytest.mark.parametrize(
    ("more", "name", "value"),
    [
        ("title=Custom+Title", "title", "Custom Title"),
        ("title=Custom%20Title", "title", "Custom Title"),
        ("title=a%2Bb", "title", "a+b"),
        ("title=%E6%97%A5%E6%9C%AC", "title", "日本"),
        ("title=日本", "title", "日本"),
        ("code=a%0A%09b%0D%0A", "code", "a\n\tb\r\n"),
        ("title=a%26b%3Dc", "title", "a&b=c"),
        ("title=a=b", "title", "a=b"),
        ("title=", "title", ""),
        ("title", "title", ""),
        ("un-known_name.x=1", "un-known_name.x", "1"),
    ],
)
def test_whatever_is_no_option_is_an_override(more: str, name: str, value: str) -> None:
    assert parse_card_request(f"{GOOD}&{more}".encode()).overrides == {name: value}


def test_empty_pairs_count_for_nothing() -> None:
    assert parse_card_request(f"&&{GOOD}&&".encode()) == parse_card_request(GOOD.encode())


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("", "url is required"),
        ("template=t", "url is required"),
        ("url=&template=t", "url is required"),
        ("url=https://example.com/", "template is required"),
        ("url=https://example.com/&template=", "template is required"),
        (f"template={'t' * 65}&url=https://example.com/", "template has at most 64"),
        (f"{GOOD}&site={'s' * 65}", "site has at most 64"),
        (f"{GOOD}&url=https://example.com/", "url is given twice"),
        (f"{GOOD}&title=a&title=a", "title is given twice"),
        (f"{GOOD}&title=a&%74itle=b", "title is given twice"),
        (f"{GOOD}&theme=", "theme is light or dark"),
        (f"{GOOD}&theme=Dark", "theme is light or dark"),
        (f"{GOOD}&theme=sepia", "theme is light or dark"),
        (f"{GOOD}&mode=AI", "mode is standard or ai"),
        (f"{GOOD}&mode=", "mode is standard or ai"),
        (f"{GOOD}&gradientBg=1", "gradientBg is true or false"),
        (f"{GOOD}&gradientBg=", "gradientBg is true or false"),
        (f"{GOOD}&refresh=TRUE", "refresh is true or false"),
        (f"{GOOD}&refresh=yes", "refresh is true or false"),
        (f"{GOOD}&size=large", "size is wide, square or tall"),
        (f"{GOOD}&size=", "size is wide, square or tall"),
        (f"{GOOD}&size=Square", "size is wide, square or tall"),
        (f"{GOOD}&format=gif", "format is png, jpeg or webp"),
        (f"{GOOD}&format=jpg", "format is png, jpeg or webp"),
        (f"{GOOD}&format=", "format is png, jpeg or webp"),
        (f"{GOOD}&accentColor=", "hex colour"),
        (f"{GOOD}&accentColor=red", "hex colour"),
        (f"{GOOD}&accentColor=%2312345", "hex colour"),
        (f"{GOOD}&accentColor=%23gggggg", "hex colour"),
        (f"{GOOD}&accentColor=%2316a34a80", "hex colour"),
        (f"{GOOD}&accentColor=%2316a34a%0A", "hex colour"),
        (f"{GOOD}&accentColor=%23%EF%BC%91%EF%BC%92%EF%BC%93", "hex colour"),
        (f"{GOOD}&amp;theme=dark", "&amp; is for HTML"),
        (f"{GOOD}&title=%FF", "as UTF-8"),
        (f"{GOOD}&title=%C3", "as UTF-8"),
        (f"{GOOD}&title=%ED%A0%80", "as UTF-8"),
        (f"{GOOD}&t%FFtle=a", "as UTF-8"),
        (f"{GOOD}&title=a%00b", "control characters from title"),
        (f"{GOOD}&title=%1B%5B2J", "control characters from title"),
        (f"{GOOD}&=a", "Parameter names"),
        (f"{GOOD}&1a=b", "Parameter names"),
        (f"{GOOD}&a%20b=c", "Parameter names"),
        (f"{GOOD}&a[]=c", "Parameter names"),
        (f"{GOOD}&ä=c", "Parameter names"),
        (f"{GOOD}&{'n' * 65}=c", "Parameter names"),
        (f"{GOOD}&title={'x' * (MAX_OVERRIDE_CHARS + 1)}", "title has 2,049 characters"),
        (f"{GOOD}&title={'x' * 70_000}", "Shorten the query"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_to_change(query: str, advice: str) -> None:
    with pytest.raises(InvalidParameterError, match=advice):
        parse_card_request(query.encode())


def test_options_in_the_path_need_not_be_in_the_query() -> None:
    in_path = {"template": "article/quote", "format": "webp"}
    request = parse_card_request(b"url=https://example.com/", in_path=in_path)
    assert (request.template_id, request.format) == ("article/quote", ImageFormat.WEBP)
    again = b"url=https://example.com/&template=article/quote&format=webp"
    assert parse_card_request(again, in_path=in_path) == request


@pytest.mark.parametrize("name", ["template", "format"])
def test_an_option_that_differs_between_path_and_query_is_refused(name: str) -> None:
    in_path = {"template": "generic/standard", "format": "png"}
    query = f"url=https://example.com/&{name}=webp".encode()
    with pytest.raises(InvalidParameterError, match=f"^{name} is another one in the query"):
        parse_card_request(query, in_path=in_path)


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(InvalidParameterError, match="as UTF-8"):
        parse_card_request(GOOD.encode() + b"&title=\xff\xfe")


@pytest.mark.parametrize(
    "url",
    [
        "example.com/a",
        "ftp://example.com/",
        "javascript:alert(1)",
        "https://user:secret@example.com/",
        "https://example.com\\@evil.com/",
        "https://example.com:8443/",
        "http://127.0.0.1/",
        "http://127.0.0.1:8001/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/",
        "https://intranet/",
        "https://example.com/a\x00b",
        "https://example.com/a\nb",
        "https://" + "a" * 2048,
    ],
)
def test_a_url_whose_text_shows_that_it_cannot_be_fetched_is_refused(url: str) -> None:
    with pytest.raises(UrlNotAllowedError, match=r"^url: "):
        parse_card_request(f"template=t&url={quote(url, safe='')}".encode())


def test_only_the_loopback_targets_named_pass() -> None:
    target = b"template=t&url=http://127.0.0.1:8001/a"
    assert parse_card_request(target, loopback_targets=LOOPBACK).url.port == 8001
    with pytest.raises(UrlNotAllowedError):
        parse_card_request(target.replace(b"8001", b"8002"), loopback_targets=LOOPBACK)


@pytest.mark.parametrize(("count", "passes"), [(MAX_PARAMETERS, True), (MAX_PARAMETERS + 1, False)])
def test_the_number_of_parameters_is_bounded(*, count: int, passes: bool) -> None:
    query = GOOD + "".join(f"&p{n}=1" for n in range(count - 2))
    assert _passes(query) is passes


@pytest.mark.parametrize(
    ("size", "passes"), [(MAX_QUERY_BYTES, True), (MAX_QUERY_BYTES + 1, False)]
)
def test_the_size_of_a_query_is_bounded(*, size: int, passes: bool) -> None:
    filler = "".join(f"&p{n}={'x' * 2_000}" for n in range(8))
    query = f"{GOOD}{filler}&last="
    assert _passes(query + "x" * (size - len(query))) is passes


@pytest.mark.parametrize(
    ("length", "passes"), [(MAX_OVERRIDE_CHARS, True), (MAX_OVERRIDE_CHARS + 1, False)]
)
def test_an_override_is_bounded_in_characters_not_in_bytes(*, length: int, passes: bool) -> None:
    assert _passes(f"{GOOD}&title={'ä' * length}") is passes


def _passes(query: str) -> bool:
    try:
        parse_card_request(query.encode())
    except ApiError:
        return False
    return True
