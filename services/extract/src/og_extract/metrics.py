"""What extract counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from og_service.metrics import REGISTRY

STEP_SECONDS: Final = Histogram(
    "og_extract_step_seconds",
    "What a page takes: to be fetched, to be read, and the pictures that it names.",
    ["step"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
PAGES: Final = Counter(
    "og_extract_pages",
    "Pages asked for, by where they came from: kept, shared with who asks too, or fetched.",
    ["source"],
    registry=REGISTRY,
)
CACHE_BYTES: Final = Gauge(
    "og_extract_cache_bytes", "What the pages take that are kept.", registry=REGISTRY
)
HELD_BYTES: Final = Gauge(
    "og_extract_held_bytes",
    "What pages and pictures of all calls under way take.",
    registry=REGISTRY,
)
READER_ENDS: Final = Counter(
    "og_extract_reader_ends",
    "Processes that read pages which ended, crashed, were killed or did not start; each is started "
    "anew.",
    registry=REGISTRY,
)
AI_READINGS: Final = Counter(
    "og_extract_ai_readings",
    "Pages that a language model was to read, by how it did.",
    ["outcome"],
    registry=REGISTRY,
)
AI_SECONDS: Final = Histogram(
    "og_extract_ai_seconds",
    "What the language model's endpoint took for an answer, or until it failed.",
    buckets=(0.2, 0.5, 1, 2, 3, 5, 7.5, 10, 20),
    registry=REGISTRY,
)
