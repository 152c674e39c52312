from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address

import pytest

from og_urls import format_target, is_public
from tests.integration.extract.ssrf.inside import edges, is_inside
from tests.support.seeds import rng

__all__ = ["rng"]
RANDOM_ADDRESSES = 20_000

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "168.63.129.15",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2606:4700::1111",
    "2a00:1450:4001:80b::200e",
]

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, not one to bind
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2620:4f:8000::1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "127.1",
    "0x7f000001",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_public_internet_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_every_other_address_is_refused(address: str) -> None:
    assert not is_public(address)


def test_two_tables_written_apart_agree_on_what_is_inside(rng: random.Random) -> None:
    assert not [address for address in edges() if is_public(address)]
    for _ in range(RANDOM_ADDRESSES):
        v4, v6 = IPv4Address(rng.getrandbits(32)), IPv6Address(rng.getrandbits(128))
        handed_out = IPv6Address(0x2 << 124 | rng.getrandbits(125))
        for address in (v4, v6, handed_out):
            assert not (is_public(address) and is_inside(address)), address
            assert address.is_global or not is_public(address), address


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", "127.0.0.1:9000"), ("::1", "[::1]:9000"), ("0:0::1", "[::1]:9000")],
)
def test_a_target_is_written_in_one_way(address: str, expected: str) -> None:
    assert format_target(address, 9000) == expected
