"""What the edge counts."""

from __future__ import annotations

from functools import cache
from typing import Final

from prometheus_client import Counter

from og_service.metrics import REGISTRY

_ANSWERS: Final = Counter(
    "og_edge_answers",
    "Answers about cards, by their outcome (ok or the error's code) and where the card came from.",
    ["outcome", "cache"],
    registry=REGISTRY,
)


@cache  # as many as there are outcomes
def _answers(outcome: str, cache: str) -> Counter:
    return _ANSWERS.labels(outcome, cache)


def count_answer(outcome: str, cache: str) -> None:
    """Count an answer; cache is HIT, MISS, or empty where no card was given."""
    _answers(outcome, cache).inc()
