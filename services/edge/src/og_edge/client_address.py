"""Who is at the other end, behind as many proxies as the operator vouches for."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - a name for "none", nothing is bound


def client_address(peer: str, forwarded_for: Sequence[str], trusted_proxies: int) -> str:
    """Give the address that the outermost trusted proxy saw.

    forwarded_for holds the values of X-Forwarded-For headers in order. Each proxy appends the
    address it saw, so with n proxies ours is the n-th from the right; what stands before it was
    written by the client and counts for nothing. Where it is missing or no address, the peer's
    address is taken.
    """
    hops = [part.strip() for value in forwarded_for for part in value.split(",")]
    candidates = [peer]
    if 0 < trusted_proxies <= len(hops):
        candidates.insert(0, hops[-trusted_proxies])
    for candidate in candidates:
        try:
            return str(ip_address(candidate))
        except ValueError:
            continue
    return UNKNOWN_ADDRESS
