"""Where requests come from, for the limit on failed attempts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

# One customer of an access provider holds at least a /64 (RFC 6177), so single IPv6 addresses
# would give everybody 2**64 windows.
IPV6_PREFIX_BITS: Final = 64
MAX_KNOWN_CLIENTS: Final = 10_000
"""So many addresses need not be read and digested again: some 3 MB."""
MAX_ADDRESS_CHARS: Final = 64
"""45 are the most that an address takes, and a zone may follow."""


@dataclass(frozen=True, slots=True)
class Client:
    """One IPv4 address or one IPv6 /64; `digest` stands for it in stores, in hex."""

    digest: str


@lru_cache(MAX_KNOWN_CLIENTS)
def parse_client(text: str) -> Client:
    """Read an IP address in text form, or raise ValueError."""
    if len(text) > MAX_ADDRESS_CHARS:
        raise ValueError(text)
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        else:
            network = IPv6Network((int(address), IPV6_PREFIX_BITS), strict=False)
            address = network.network_address
    return Client(hashlib.sha256(address.packed).hexdigest()[:32])
