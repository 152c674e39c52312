"""When Python's collector of reference cycles runs."""

from __future__ import annotations

import gc
from typing import Final

YOUNG_OBJECTS_MAX: Final = 10_000
"""So many new objects, which are 1 to 2 MB, before the collector looks at them; what 256 requests
under way hold is about half of it."""


def collect_seldom() -> None:
    """Spare the collector what is loaded for good and what requests under way hold.

    For a process whose requests leave nearly no cycles. By Python's own settings the collector
    looked at everything every few requests: a third of edge's answer with 256 under way, a sixth of
    auth's batch of 100 accounts.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, *gc.get_threshold()[1:])
