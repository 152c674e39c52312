from __future__ import annotations

import socket

import pytest

from og_urls import (
    HostNotAllowedError,
    are_same_or_twins,
    canonical_host,
    is_public_suffix,
    readable_host,
    registrable_host,
    www_twin,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("bücher.example.org", "xn--bcher-kva.example.org"),
        ("BÜCHER.de", "xn--bcher-kva.de"),
        ("faß.de", "xn--fa-hia.de"),  # IDNA 2003 would have made fass.de of it
        ("例え.jp", "xn--r8jz45g.jp"),
        ("example。com", "example.com"),
        ("xn--bcher-kva.de", "xn--bcher-kva.de"),
    ],
)
def test_one_site_has_one_spelling(text: str, expected: str) -> None:
    assert canonical_host(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "com",
        "localhost",
        "foo.localhost",
        "printer.local",
        "db.internal",
        "metadata.google.internal",
        "metadata.goog",
        "v2.metadata.goog",
        "ledger.shop.svc",
        "ledger.shop.svc.cluster.local",
        "a.test",
        "a.example",
        "1.0.0.127.in-addr.arpa",
        "127.0.0.1",
        "127.0.0.1.",
        "[::1]",
        "::1",
        "0x7f.1",
        "2130706433",
        "10.1",
        "a..b.com",
        "-a.com",
        "a_b.com",
        "a b.com",
        "example.com:8080",
        "example.com/path",
        "user@example.com",
        "xn--a.com",
        "☃.net",
        f"{'a' * 64}.com",
        f"{'abcdefg.' * 40}com",
    ],
)
def test_what_cannot_be_a_site_is_refused(text: str) -> None:
    with pytest.raises(HostNotAllowedError, match=r"^Use a "):
        canonical_host(text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("http://foo.com/x", "no scheme before it, no path behind"),
        ("foo.com/x", "no scheme before it, no path behind"),
        ("foo.com:8080", "without a port"),
        ("127.0.0.1:3000", "without a port"),
        ("127.0.0.1", "not an IP address"),
    ],
)
def test_it_is_said_what_does_not_belong_there(text: str, advice: str) -> None:
    with pytest.raises(HostNotAllowedError, match=advice):
        canonical_host(text)


@pytest.mark.parametrize(
    "host", ["com", "co.uk", "github.io", "s3.amazonaws.com", "foo.ck", "xn--p1ai"]
)
def test_suffixes_of_both_lists_are_known(host: str) -> None:
    assert is_public_suffix(host)


@pytest.mark.parametrize(
    "host", ["example.com", "bbc.co.uk", "me.github.io", "www.ck", "a.unknown"]
)
def test_registered_names_are_no_suffix(host: str) -> None:
    assert not is_public_suffix(host)


@pytest.mark.parametrize(
    ("host", "owned"),
    [
        ("example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("a.me.github.io", "me.github.io"),
        ("github.io", "github.io"),
        ("a.b.unknown", "a.b.unknown"),
        ("93.184.216.34", "93.184.216.34"),
        ("2606:2800:21f:cb07::1", "2606:2800:21f::/48"),
    ],
)
def test_what_one_owner_has(host: str, owned: str) -> None:
    assert registrable_host(host) == owned


def test_the_suffix_list_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert is_public_suffix("blogspot.com")


@pytest.mark.parametrize(
    ("host", "twin"),
    [
        ("example.com", "www.example.com"),
        ("www.example.com", "example.com"),
        ("shop.example.com", "www.shop.example.com"),
        ("www.github.io", None),
        ("github.io", None),
        ("www.co.uk", None),
    ],
)
def test_the_twin_differs_by_www_and_is_never_a_suffix(host: str, twin: str | None) -> None:
    assert www_twin(host) == twin


@pytest.mark.parametrize(
    ("host", "other", "expected"),
    [
        ("example.com", "example.com", True),
        ("example.com", "www.example.com", True),
        ("www.example.com", "example.com", True),
        ("example.com", "shop.example.com", False),
        ("example.com", "www.www.example.com", False),
        ("example.com", "wwwexample.com", False),
        ("example.com", "example.com.evil.org", False),
        ("github.io", "www.github.io", False),
    ],
)
def test_sites_match_exactly_or_as_twins(host: str, other: str, *, expected: bool) -> None:
    assert are_same_or_twins(host, other) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.com", "example.com"),
        ("www.example.com", "example.com"),
        ("xn--bcher-kva.example.com", "bücher.example.com"),
        ("xn--r8jz45g.jp", "例え.jp"),
        ("127.0.0.1:3000", "127.0.0.1:3000"),
        ("xn--zzzzzz--.example.com", "xn--zzzzzz--.example.com"),
    ],
)
def test_a_host_is_written_as_its_owner_reads_it(host: str, expected: str) -> None:
    assert readable_host(host) == expected
