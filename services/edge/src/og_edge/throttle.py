"""How often somebody may ask for what is dear, counted in this process."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple

MAX_ASKERS: Final = 10_000
"""Kept at a time; the longest unseen is forgotten first."""
NETWORK_BITS: Final = 64
"""Of an IPv6 address: what is below belongs to one household."""


class Limit(NamedTuple):
    """So many in so many seconds, sliding."""

    times: int
    seconds: float


class Throttle:
    """Lets each asker in so often as every one of some limits allows."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        self._limits = limits
        self._most = max(limit.times for limit in limits)
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def admit(self, asker: str, now: float) -> float:
        """Count and let in, which is 0; else give the seconds after which it will be let in."""
        times = self._times.pop(asker, None) or deque(maxlen=self._most)
        self._times[asker] = times
        if len(self._times) > MAX_ASKERS:
            self._times.popitem(last=False)
        wait_s = max(_wait_s(limit, times, now) for limit in self._limits)
        if wait_s <= 0:
            times.append(now)
        return max(wait_s, 0.0)


def household(address: str) -> str:
    """Give what stands for everybody behind one connection: an address, or its IPv6 network."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, NETWORK_BITS), strict=False))
    return address


def _wait_s(limit: Limit, times: deque[float], now: float) -> float:
    """Look at the oldest of those that fill the limit."""
    if len(times) < limit.times:
        return 0.0
    return times[-limit.times] + limit.seconds - now
