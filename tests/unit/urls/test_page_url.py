from __future__ import annotations

import pytest

from og_urls import MAX_URL_CHARS, UrlNotAllowedError, parse_page_url, resolve_url

DEVELOPMENT = frozenset({"127.0.0.1:9000", "[::1]:9000"})


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM/A", "https://example.com/A"),
        ("https://example.com:443/", "https://example.com/"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://example.com:0080/", "http://example.com/"),
        ("https://example.com/a/../b?q=1#part", "https://example.com/b?q=1"),
        ("https://example.com./", "https://example.com/"),
        ("https://bücher.de/ä?ö=ü", "https://xn--bcher-kva.de/%C3%A4?%C3%B6=%C3%BC"),
        ("https://exa%6dple.com/", "https://example.com/"),
        ("https://ex_ample.com/@user", "https://ex_ample.com/@user"),
        ("https://☃.net/", "https://xn--n3h.net/"),
        ("http://1.1.1.1/", "http://1.1.1.1/"),
        ("http://0x01010101/", "http://1.1.1.1/"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        (
            "https://example.com/?next=http://127.0.0.1/",
            "https://example.com/?next=http://127.0.0.1/",
        ),
    ],
)
def test_a_url_has_one_normal_form(text: str, href: str) -> None:
    assert parse_page_url(text).href == href


def test_the_parts_of_a_url() -> None:
    page = parse_page_url("https://WWW.Example.com/a#b")
    assert (page.scheme, page.host, page.port) == ("https", "www.example.com", 443)
    assert page.origin == "https://www.example.com"
    assert parse_page_url("http://[2606:4700::1111]/").host == "2606:4700::1111"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "Give a URL"),
        ("example.com", "https://"),
        ("//example.com/", "https://"),
        ("ftp://example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("javascript:alert(1)", "https://"),
        ("data:text/html,x", "https://"),
        ("http:example.com", "Name a host"),
        ("http:/example.com", "Name a host"),
        ("http:///example.com", "Name a host"),
        ("https://", "Name a host"),
        ("https://?q", "Name a host"),
        ("https://user@example.com/", "user name"),
        ("https://user:pass@example.com/", "user name"),
        ("https://@example.com/", "user name"),
        ("https://example.com@127.0.0.1/", "user name"),
        ("https://example.com\\@evil.com/", "backslash"),
        ("https://example.com/a\\b", "backslash"),
        (" https://example.com/", "white space"),
        ("https://example.com/a b", "white space"),
        ("https://example.com/\u00a0", "white space"),
        ("https://exam\tple.com/", "white space"),
        ("https://example.com/\r\nHost: evil", "white space"),
        ("https://example.com/\x00", "white space"),
        ("https://example.com/\x7f", "white space"),
        ("https://example.com/\x85", "white space"),
        ("https://example.com/\ud800", "white space"),
        ("https://example.com:8080/", "port 8080"),
        ("https://example.com:80/", "port 80"),
        ("http://example.com:22/", "port 22"),
        ("http://1.1.1.1:8080/", "port 8080"),
        ("https://example.com:+443/", "valid host"),
        ("https://example.com:٤٤٣/", "valid host"),
        ("https://example.com:99999/", "valid host"),
        ("https://a\u200db.com/", "valid host"),
        ("https://256.1.1.1/", "valid host"),
        ("https://1.2.3.4.5/", "valid host"),
        ("https://[fe80::1%25eth0]/", "valid host"),
        ("https://[fe80::1%eth0]/", "valid host"),
        ("https://./", "valid host"),
        ("https://../", "labels"),
        ("https://\u3002/", "valid host"),
        ("https://a..b.com/", "labels"),
        ("https://a.com../", "labels"),
        ("https://.com/", "labels"),
        (f"https://{'a' * 64}.com/", "labels"),
        ("https://exa!mple.com/", "letters"),
        ("https://wiki/", "full host name"),
        ("https://com/", "full host name"),
    ],
)
def test_a_refusal_says_what_to_change(text: str, advice: str) -> None:
    with pytest.raises(UrlNotAllowedError, match=advice):
        parse_page_url(text)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7F.1",
        "017700000001",
        "0177.0.0.1",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",  # noqa: RUF001 - the full-width digits are the point
        "127。0。0。1",
        "①②⑦.0.0.1",
        "0",
        "0.0.0.0",  # noqa: S104 - an address to refuse, not one to bind
        "10.0.0.1",
        "169.254.169.254",
        "0xA9FEA9FE",
        "192.168.1.1",
        "168.63.129.16",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "foo.localhost",
        "localhost.localdomain",
        "printer.local",
        "metadata.google.internal",
        "db.svc.cluster.local",
        "site.test",
        "site.example",
        "site.invalid",
        "hidden.onion",
        "router.home.arpa",
        "router.lan",
    ],
)
def test_hosts_off_the_public_internet_are_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(UrlNotAllowedError, match="public host"):
        parse_page_url(f"http://{host}/")


@pytest.mark.parametrize(
    "host", ["example.com", "example.org", "test.com", "local.com", "mylocalhost.net"]
)
def test_names_that_only_look_special_pass(host: str) -> None:
    assert parse_page_url(f"https://{host}/").host == host


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:9000/page", "http://2130706433:9000/page", "http://[::1]:9000/page"]
)
def test_an_exact_loopback_target_passes(text: str) -> None:
    assert parse_page_url(text, loopback_targets=DEVELOPMENT).port == 9000


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:9001/", "http://127.0.0.2:9000/", "http://localhost:9000/"]
)
def test_a_loopback_target_admits_nothing_else(text: str) -> None:
    with pytest.raises(UrlNotAllowedError):
        parse_page_url(text, loopback_targets=DEVELOPMENT)


def test_the_length_is_bounded_before_and_after_encoding() -> None:
    base = "https://example.com/"
    fits = base + "a" * (MAX_URL_CHARS - len(base))
    assert parse_page_url(fits).href == fits
    for text in (fits + "a", base + "a" * 70_000, base + "ü" * 1000):
        with pytest.raises(UrlNotAllowedError, match="Shorten"):
            parse_page_url(text)


@pytest.mark.parametrize("text", ["https://EXAMPLE.com/%7e/ä#x", "http://0x01010101/?q=%zz"])
def test_a_normal_form_is_its_own(text: str) -> None:
    once = parse_page_url(text)
    assert parse_page_url(once.href) == once


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/a b.png", "https://example.com/a%20b.png"),
        ("c.png", "https://example.com/x/c.png"),
        ("//cdn.example.com/c.png", "https://cdn.example.com/c.png"),
        ("https://[bad/", None),
        ("\ud800", None),
    ],
)
def test_references_resolve_as_in_browsers(reference: str, expected: str | None) -> None:
    assert resolve_url(reference, "https://example.com/x/y") == expected
