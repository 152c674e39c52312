from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable
from email.utils import parsedate_to_datetime

MAX_HOSTS = 1_024
PAUSE_S = 2.0
"""Where a host does not say how long."""
_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = 503


class Pauses:
    """Hosts that asked to be left alone for a while, the last MAX_HOSTS of them.

    That is 429, or 503 with Retry-After (RFC 6585, section 4; RFC 9110, section 10.2.3).
    """

    def __init__(self, max_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_s = max_s
        self._clock = clock
        self._ends: OrderedDict[str, float] = OrderedDict()

    def left_s(self, host: str) -> float:
        """Give the seconds that a host is still to be left alone; 0 for most."""
        left_s = self._ends.get(host, 0) - self._clock()
        if left_s <= 0:
            self._ends.pop(host, None)
        return max(left_s, 0)

    def note(self, host: str, status: int, retry_after: str) -> None:
        """Look at an answer's status and its Retry-After, "" where it has none."""
        if status != _TOO_MANY_REQUESTS and not (status == _UNAVAILABLE and retry_after):
            return
        self._ends[host] = self._clock() + min(_seconds(retry_after), self._max_s)
        self._ends.move_to_end(host)
        if len(self._ends) > MAX_HOSTS:
            self._ends.popitem(last=False)


def _seconds(retry_after: str) -> float:
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
        return max((until - dt.datetime.now(dt.UTC)).total_seconds(), 0)
    except (TypeError, ValueError):  # also a date without a time zone
        return PAUSE_S
