from __future__ import annotations

import pytest

from og_auth import sites
from og_auth.errors import InvalidDomainError

NONE: frozenset[str] = frozenset()
LOOPBACK = frozenset({"127.0.0.1:8123"})


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("www.example.com", "www.example.com"),
        ("Bücher.example.com", "xn--bcher-kva.example.com"),
        ("faß.de", "xn--fa-hia.de"),
        ("foo.github.io", "foo.github.io"),
        ("blog.example.co.uk", "blog.example.co.uk"),
    ],
)
def test_a_domain_has_one_form(text: str, domain: str) -> None:
    assert sites.canonical_domain(text, NONE) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "com",
        "co.uk",
        "github.io",
        "localhost",
        "app.localhost",
        "printer.local",
        "service.internal",
        "8.8.8.8",
        "127.0.0.1",
        "127.0.0.1:8123",
        "[::1]",
        "https://example.com",
        "example.com/path",
        "example.com:8080",
        "user@example.com",
        "exa mple.com",
        "*.example.com",
        "x" * 100_000,
        "a" * 64 + ".com",
    ],
)
def test_what_is_nobodys_own_host_is_refused(text: str) -> None:
    with pytest.raises(InvalidDomainError) as refusal:
        sites.canonical_domain(text, NONE)
    assert "domain" in refusal.value.field_violations


def test_a_loopback_target_is_a_domain_where_it_is_listed() -> None:
    assert sites.canonical_domain("127.0.0.1:8123", LOOPBACK) == "127.0.0.1:8123"
    for other in ("127.0.0.1:8124", "127.0.0.2:8123", "localhost:8123"):
        with pytest.raises(InvalidDomainError):
            sites.canonical_domain(other, LOOPBACK)


@pytest.mark.parametrize(
    ("url", "domain", "is_on_it"),
    [
        ("https://example.com/a?b#c", "example.com", True),
        ("http://EXAMPLE.com./", "example.com", True),
        ("https://www.example.com/", "example.com", True),
        ("https://example.com/", "www.example.com", True),
        ("https://bücher.example.com/", "xn--bcher-kva.example.com", True),
        ("https://blog.example.com/", "example.com", False),
        ("https://example.com/", "blog.example.com", False),
        ("https://www.www.example.com/", "example.com", False),
        ("https://example.com.evil.net/", "example.com", False),
        ("https://evilexample.com/", "example.com", False),
        ("https://example.com@evil.net/", "example.com", False),
        ("https://evil.net/?example.com", "example.com", False),
        ("https://example.com:8443/", "example.com", False),
        ("ftp://example.com/", "example.com", False),
        ("https://8.8.8.8/", "example.com", False),
        ("http://127.0.0.1:8123/a", "127.0.0.1:8123", True),
        ("http://127.0.0.1/a", "127.0.0.1:8123", False),
        ("example.com", "example.com", False),
        ("", "example.com", False),
    ],
)
def test_a_page_is_on_the_exact_host_or_its_www_twin(
    url: str,
    domain: str,
    is_on_it: bool,  # noqa: FBT001 - a column
) -> None:
    page = sites.parse_page(url, LOOPBACK)
    assert (page is not None and sites.belongs(page, domain)) == is_on_it


def test_one_page_has_one_digest() -> None:
    spellings = ("https://Example.com", "https://example.com/#top", "HTTPS://EXAMPLE.COM:443/")
    pages = [sites.parse_page(text, NONE) for text in spellings]
    assert len({sites.page_digest(page) for page in pages if page}) == 1
    other = sites.parse_page("https://example.com/?a=1", NONE)
    assert other
    assert pages[0]
    assert sites.page_digest(other) != sites.page_digest(pages[0])
