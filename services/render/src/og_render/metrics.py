"""What render counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from og_service.metrics import REGISTRY

STEP_SECONDS: Final = Histogram(
    "og_render_step_seconds",
    "What a card takes: to wait for a worker, open pictures, lay out, paint and encode.",
    ["step"],
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
WORKERS: Final = Gauge("og_render_workers", "Processes that draw and run now.", registry=REGISTRY)
WORKER_ENDS: Final = Counter(
    "og_render_worker_ends",
    "Processes that draw which ended, by why: renewed after many cards, pictures that were too "
    "much, crashed, lost (found dead) or unstarted. Each is started anew.",
    ["cause"],
    registry=REGISTRY,
)
for _cause in ("renewed", "pictures", "crashed", "lost", "unstarted"):
    WORKER_ENDS.labels(_cause)  # from 0, or nobody sees the first
