"""Pages that are dear, for as often as somebody may have them."""

from __future__ import annotations

import math
import time
from typing import Final

from og_edge.throttle import Limit, Throttle
from og_edge.web.errors import BusyError

OWNERS: Final = (Limit(30, 60), Limit(600, 3_600))
"""Of one account: what has us fetch from servers of others."""


def admit(throttle: Throttle, asker: str, text: str) -> None:
    """Count somebody's turn; raises BusyError with text where they had theirs."""
    if wait_s := throttle.admit(asker, time.monotonic()):
        raise BusyError(text, math.ceil(wait_s))
