"""Rounds of races as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.faults.report import table
from tests.races.rounds import Round


def as_json(seed: str, rounds: Sequence[Round]) -> dict[str, Any]:
    """Give everything that was counted."""
    return {
        "seed": seed,
        "passed": not any(each.verdict.breaches for each in rounds),
        "rounds": [
            {
                "seed": each.seed,
                "counts": {name.strip(): number for name, number in _column(each).items()},
                "charged_unanswered": each.verdict.charged_unanswered,
                "given_free": each.verdict.given_free_ids,
                "breaches": each.verdict.breaches,
            }
            for each in rounds
        ],
    }


def as_table(seed: str, rounds: Sequence[Round]) -> str:
    """Give a column a round and one for all of them, then every breach."""
    columns = [_column(each) for each in rounds]
    breaches = [each.verdict.breaches for each in rounds]
    head = f"race suite, seed {seed} (OG_RACE_SEED={seed} draws the same troubles)"
    return "\n".join([head, *table(columns, breaches)])


def _column(played: Round) -> dict[str, float]:
    verdict = played.verdict
    return {
        "requests": verdict.requests,
        **{f"  {name}": verdict.outcomes[name] for name in sorted(verdict.outcomes)},
        **{f"    {name}": verdict.errors[name] for name in sorted(verdict.errors)},
        **{f"  {name}": verdict.acts[name] for name in sorted(verdict.acts)},
        "times the pages were asked": verdict.fetches,
        "drawings paid as new": verdict.drawn,
        "  of interrupted requests": len(verdict.charged_unanswered),
        "  given free": len(verdict.given_free_ids),
        "troubles": sum(played.troubles.values()),
        **{f"  {name}": played.troubles[name] for name in sorted(played.troubles)},
        "leases lost": played.leases_lost,
        "recovered within, s": played.recovered_s,
        "settled within, s": played.settled_s,
        "took, s": played.took_s,
        "breaches": len(verdict.breaches),
    }
