"""What extract counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import Histogram

from og_service.metrics import REGISTRY

STEP_SECONDS: Final = Histogram(
    "og_extract_step_seconds",
    "What a page takes: to be fetched, to be read, and the pictures that it names.",
    ["step"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
