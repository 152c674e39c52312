"""Who is at the other end, behind as many proxies as the operator vouches for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - a name for "none", nothing is bound
MAX_ADDRESS_CHARS: Final = 45
"""Of IPv6 with an IPv4 address at its end."""
MAX_KEPT_ADDRESSES: Final = 16_384


def client_address(peer: str, forwarded_for: Sequence[str], trusted_proxies: int) -> str:
    """Give the address that the outermost trusted proxy saw.

    forwarded_for holds the values of X-Forwarded-For headers in order. Each proxy appends the
    address it saw, so with n proxies ours is the n-th from the right; what stands before it was
    written by the client and counts for nothing. Where it is missing or no address, the peer's
    address is taken.
    """
    if trusted_proxies > 0:
        # Only so many from the right: before them strangers may write what is long to split.
        hops = ",".join(forwarded_for).rsplit(",", trusted_proxies)
        if trusted_proxies <= len(hops) and (address := _address(hops[-trusted_proxies].strip())):
            return address
    return _address(peer) or UNKNOWN_ADDRESS


def _address(text: str) -> str | None:
    """Give an address in its normal form, or None where text is none."""
    # Without the zone of a link-local one: that is a name of its machine's, of any length.
    text = text.partition("%")[0]
    return _normal(text) if len(text) <= MAX_ADDRESS_CHARS else None


@lru_cache(MAX_KEPT_ADDRESSES)
def _normal(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
