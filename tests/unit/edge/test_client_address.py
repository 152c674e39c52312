from __future__ import annotations

import pytest

from og_edge.client_address import UNKNOWN_ADDRESS, client_address

PEER = "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded_for", "trusted_proxies", "address"),
    [
        ([], 0, PEER),
        ([], 1, PEER),
        (["198.51.100.7"], 0, PEER),
        (["198.51.100.7"], 1, "198.51.100.7"),
        (["203.0.113.9, 198.51.100.7"], 1, "198.51.100.7"),
        (["203.0.113.9, 198.51.100.7"], 2, "203.0.113.9"),
        (["203.0.113.9", "198.51.100.7"], 1, "198.51.100.7"),
        (["203.0.113.9", "198.51.100.7"], 2, "203.0.113.9"),
        (["198.51.100.7"], 2, PEER),
        ([" 198.51.100.7 "], 1, "198.51.100.7"),
        (["2001:DB8::1"], 1, "2001:db8::1"),
        (["unknown"], 1, PEER),
        (["198.51.100.7:4711"], 1, PEER),
        ([""], 1, PEER),
        (["198.51.100.7, "], 1, PEER),
        (["203.0.113.9", "", "198.51.100.7"], 3, "203.0.113.9"),
        (["," * 90_000 + "203.0.113.9, 198.51.100.7"], 2, "203.0.113.9"),
    ],
)
def test_only_what_trusted_proxies_wrote_counts(
    forwarded_for: list[str], trusted_proxies: int, address: str
) -> None:
    assert client_address(PEER, forwarded_for, trusted_proxies) == address


def test_a_peer_without_an_address_shares_one_name() -> None:
    assert client_address("", [], 0) == UNKNOWN_ADDRESS
    assert client_address("testclient", ["nonsense"], 1) == UNKNOWN_ADDRESS
