"""What our reader is to reach on pages nobody tuned for, and whether it did."""

from __future__ import annotations

from collections.abc import Mapping

from bench.extract.entrants import METASCRAPER, OURS
from bench.extract.scores import Score
from bench.verdict import Verdict

GOALS = {
    "title": 95.0,
    "description": 97.0,
    "siteName": 92.0,
    "author": 85.0,
    "publishedAt": 93.0,
    "image": 98.0,
    "logo": 88.0,
    "lang": 98.0,
    "price": 75.0,
    "rating": 95.0,
}
"""In percent."""
CPU_GOAL = 20.0
"""Times as fast as metascraper, in processor time."""


def of_scores(scores: Mapping[str, Score], false: Mapping[str, Score]) -> list[Verdict]:
    """Judge the scores of our reader by field; fields without a page are not judged."""
    found = [
        Verdict(f"{field}: percent of {scores[field].pages}", scores[field].percent, goal)
        for field, goal in GOALS.items()
        if scores[field].pages
    ]
    return [
        *found,
        Verdict("authors where none is expected", false["author"].hits, 0, at_most=True),
    ]


def of_times(page_ms: Mapping[str, float]) -> list[Verdict]:
    """Judge processor time a page against metascraper's."""
    if METASCRAPER not in page_ms:
        return []
    what = "times as fast as metascraper"
    return [Verdict(what, page_ms[METASCRAPER] / page_ms[OURS], CPU_GOAL)]
