"""Which hosts may be registered, and in which form they are kept."""

from __future__ import annotations

import pytest

from og_auth.errors import InvalidDomainError, TooManyHostsError
from og_auth.host_policy import canonical_domain, canonical_further_hosts

FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "example")

NONE: frozenset[str] = frozenset()
LOOPBACK = frozenset({"127.0.0.1:8123", "[::1]:8123"})


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("www.example.com", "www.example.com"),
        ("Bücher.example.com", "xn--bcher-kva.example.com"),
        ("faß.de", "xn--fa-hia.de"),
        (f"{FULL_WIDTH}。com", "example.com"),
        ("foo.github.io", "foo.github.io"),
        ("blog.example.co.uk", "blog.example.co.uk"),
    ],
)
def test_a_domain_has_one_form(text: str, domain: str) -> None:
    assert canonical_domain(text, NONE) == domain


PUBLIC_SUFFIXES = (
    "com",
    "co.uk",
    "github.io",
    "s3.amazonaws.com",
    "公司.cn",
    "a.kawasaki.jp",
    "ck",
)
ADDRESSES = (
    *("8.8.8.8", "127.0.0.1", "[::1]", "::1", "2001:4860:4860::8888", "8.8.8.8."),
    *("127.1", "0x7f.0.0.1", "2130706433", "0X7F000001", "0177.0.0.01", "1.2.3.4.5", "a.0x"),
)


@pytest.mark.parametrize(
    "text",
    [
        *PUBLIC_SUFFIXES,
        *ADDRESSES,
        "",
        ".",
        "localhost",
        "app.localhost",
        "printer.local",
        "service.internal",
        "db.svc",
        "metadata.goog",
        "127.0.0.1:8123",
        "https://example.com",
        "example.com/path",
        "example.com:8080",
        "example.com:443",
        "user@example.com",
        "exa mple.com",
        "ex%61mple.com",
        "*.example.com",
        "..example.com",
        "example..com",
        "exa\0mple.com",
        "x" * 100_000,
        "a" * 64 + ".com",
        "a." * 127 + "com",
    ],
)
def test_what_is_nobodys_own_host_is_refused(text: str) -> None:
    with pytest.raises(InvalidDomainError) as refusal:
        canonical_domain(text, NONE)
    assert refusal.value.field_violations == {"domain": str(refusal.value)}


@pytest.mark.parametrize("text", PUBLIC_SUFFIXES)
def test_a_public_suffix_is_told_from_other_faults(text: str) -> None:
    with pytest.raises(InvalidDomainError, match=r"full host name|anyone may get names under"):
        canonical_domain(text, NONE)


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_told_from_other_faults(text: str) -> None:
    with pytest.raises(InvalidDomainError, match="not an IP address"):
        canonical_domain(text, NONE)


@pytest.mark.parametrize("text", ["127.0.0.1:3000", "127.0.0.1", "localhost:3000"])
def test_of_an_address_it_is_said_what_makes_it_a_site(text: str) -> None:
    with pytest.raises(InvalidDomainError, match="OG_LOOPBACK_TARGETS"):
        canonical_domain(text, NONE)


def test_a_loopback_target_is_a_domain_where_it_is_listed() -> None:
    assert canonical_domain("127.0.0.1:8123", LOOPBACK) == "127.0.0.1:8123"
    for other in ("127.0.0.1:8124", "127.0.0.2:8123", "localhost:8123"):
        with pytest.raises(InvalidDomainError):
            canonical_domain(other, LOOPBACK)


def test_further_hosts_are_kept_once_in_the_order_given() -> None:
    texts = ["Staging.example.com", "example.com", "a.vercel.app", "staging.example.com."]
    kept = canonical_further_hosts([*texts, "127.0.0.1:8123"], "example.com", LOOPBACK)
    assert kept == ("staging.example.com", "a.vercel.app", "127.0.0.1:8123")


@pytest.mark.parametrize("text", [*PUBLIC_SUFFIXES, *ADDRESSES, "localhost", "example.com:8080"])
def test_a_further_host_is_checked_as_a_domain_is(text: str) -> None:
    with pytest.raises(InvalidDomainError) as refusal:
        canonical_further_hosts(["staging.example.com", text], "example.com", NONE)
    assert list(refusal.value.field_violations) == ["further_hosts[1]"]


def test_further_hosts_are_few() -> None:
    twenty = [f"h{n}.example.com" for n in range(20)]
    assert len(canonical_further_hosts(twenty, "example.com", NONE)) == 20
    with pytest.raises(TooManyHostsError):
        canonical_further_hosts([*twenty, "h20.example.com"], "example.com", NONE)
