from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable

from og_extract.fetch.http_dates import parse_http_date

MAX_HOSTS = 1_024
MAX_DIGITS = 9
_PAUSING = frozenset({429, 503})


class Pauses:
    """Hosts that asked to be left alone for a while, the last MAX_HOSTS of them.

    That is a status of 429 or 503 with Retry-After (RFC 9110, section 10.2.3). A host that does
    not say how long is asked again as soon as somebody asks for one of its pages.
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
        seconds = min(_seconds(retry_after), self._max_s) if status in _PAUSING else 0
        if seconds <= 0:
            return
        self._ends[host] = self._clock() + seconds
        self._ends.move_to_end(host)
        if len(self._ends) > MAX_HOSTS:
            self._ends.popitem(last=False)


def _seconds(retry_after: str) -> float:
    """Read seconds or a date; 0 where it is neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:MAX_DIGITS])
    date = parse_http_date(text)
    return 0 if date is None else (date - dt.datetime.now(dt.UTC)).total_seconds()
