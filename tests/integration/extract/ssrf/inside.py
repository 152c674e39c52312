"""Every block of addresses that is not the public internet, written down once more.

The service has a table of its own (og_urls.addresses); a canary that asked that one would be deaf
to what it forgets. Sources: the IANA special-purpose registries and the clouds' own services.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

BLOCKS = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "::ffff:0:0/96",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/32",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
_NETWORKS = [ip_network(block) for block in BLOCKS]
_HANDED_OUT = IPv6Network("2000::/3")


def is_inside(address: Address | str) -> bool:
    """Tell whether no fetch may ever reach for an address."""
    address = ip_address(address)
    if isinstance(address, IPv6Address) and address not in _HANDED_OUT:
        return True
    return any(address in network for network in _NETWORKS)


def edges() -> list[str]:
    """List the first, the last and a middle address of every block."""
    found: dict[str, None] = {}
    for network in _NETWORKS:
        size = network.num_addresses
        for offset in (0, 1 % size, size // 2, size - 1):
            found[str(network[offset])] = None
    return list(found)
