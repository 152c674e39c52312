"""Rounds as a table and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.faults.rounds import Round

CUTS = ("cut", "cut in an answer", "half-open", "refuse")
SLOW = ("stop", "delay", "slow")
MOST_BREACHES_SHOWN = 40


def as_json(seed: str, rounds: Sequence[Round]) -> dict[str, Any]:
    """Give everything that was counted."""
    breaches = [breach for each in rounds for breach in each.verdict.breaches]
    return {
        "seed": seed,
        "passed": not breaches,
        "rounds": [
            {
                "seed": each.seed,
                "clock_shifts_s": each.shifts_s,
                "counts": {name.strip().replace(",", ""): n for name, n in _column(each).items()},
                "charged_unanswered": each.verdict.charged_unanswered,
                "half_open_kept": each.verdict.half_open_kept,
                "breaches": each.verdict.breaches,
            }
            for each in rounds
        ],
    }


def as_table(seed: str, rounds: Sequence[Round]) -> str:
    """Give a column a round and one for all of them, then every breach."""
    lines = [f"fault suite, seed {seed} (OG_FAULT_SEED={seed} draws the same troubles)"]
    if rounds:
        shifts = ", ".join(f"{name} {s / 60:+.0f} min" for name, s in rounds[0].shifts_s.items())
        lines.append(f"clocks apart: {shifts}")
    breaches = [each.verdict.breaches for each in rounds]
    return "\n".join([*lines, *table([_column(each) for each in rounds], breaches)])


def table(columns: Sequence[Mapping[str, float]], breaches: Sequence[Sequence[str]]) -> list[str]:
    """Give the lines of a table of rounds, and what each round's breaches are."""
    names = list(dict.fromkeys(name for column in columns for name in column))
    heads = [*(str(number) for number in range(1, len(columns) + 1)), "all"]
    lines = [f"{'round':<28}" + "".join(f"{head:>9}" for head in heads)]
    for name in names:
        values = [column.get(name, 0) for column in columns]
        total = max(values) if name.endswith(" s") else sum(values)
        lines.append(f"{name:<28}" + "".join(f"{_shown(v):>9}" for v in [*values, total]))
    for number, found in enumerate(breaches, 1):
        lines += [f"BREACH in round {number}: {it}" for it in found[:MOST_BREACHES_SHOWN]]
        if len(found) > MOST_BREACHES_SHOWN:
            lines.append(f"… and {len(found) - MOST_BREACHES_SHOWN} more")
    return lines


def _column(played: Round) -> dict[str, float]:
    verdict, troubles = played.verdict, played.troubles
    kills = Counter[str]()
    for name, count in played.kills.items():
        kills[name.partition("-")[0]] += count
    return {
        "requests": verdict.requests,
        **{f"  {name}": verdict.outcomes[name] for name in sorted(verdict.outcomes)},
        **{f"    {name}": verdict.errors[name] for name in sorted(verdict.errors)},
        "replayed calls of billing": played.replayed_calls,
        "charges": verdict.charges,
        "  of interrupted requests": len(verdict.charged_unanswered),
        "cards given free": verdict.given_free,
        "kills": sum(kills.values()),
        **{f"  {name}": kills[name] for name in sorted(kills)},
        "cuts": sum(troubles[kind] for kind in CUTS),
        "slow spells": sum(troubles[kind] for kind in SLOW),
        "looks for negative balances": played.looks,
        "half-open links kept": sum(verdict.half_open_kept.values()),
        "recovered within, s": played.recovered_s,
        "settled within, s": played.settled_s,
        "took, s": played.took_s,
        "breaches": len(verdict.breaches),
    }


def _shown(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.1f}"
