from __future__ import annotations

import pytest

from og_auth.clients import parse_client


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:DB8:1:2::1", "2001:db8:0001:0002:0:0:0:1"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_one_customer_is_one_client(one: str, other: str) -> None:
    assert parse_client(one) == parse_client(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.2"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("::", "0.0.0.0"),  # noqa: S104 - nothing binds it
    ],
)
def test_two_customers_are_two_clients(one: str, other: str) -> None:
    assert parse_client(one) != parse_client(other)


@pytest.mark.parametrize("text", ["", "unknown", "192.0.2.1:80", "[::1]", "192.0.2.0/24", "1"])
def test_other_text_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"IPv4|IPv6"):
        parse_client(text)


def test_the_address_cannot_be_read_from_what_stores_see() -> None:
    assert "192.0.2.1" not in parse_client("192.0.2.1").digest
