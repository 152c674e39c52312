"""Rounds as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.rolling.rounds import Round

MOST_SHOWN = 40


def as_json(seed: str, rounds: Sequence[Round]) -> dict[str, Any]:
    """Give everything that was counted."""
    return {
        "seed": seed,
        "rounds": [
            {
                "manner": each.manner,
                "took_s": each.took_s,
                "restarts": [asdict(restart) for restart in each.restarts],
                **vars(each.verdict),
            }
            for each in rounds
        ],
    }


def as_table(played: Round) -> str:
    """Give what was restarted, what was asked meanwhile, and who was failed."""
    verdict = played.verdict
    lines = [
        (
            f"{played.manner}: {verdict.requests:,} requests in {played.took_s:.0f} s,"
            f" {len(verdict.failures)} failed, {len(verdict.breaches)} breaches of the books,"
            f" {verdict.charges:,} charges"
        ),
        (
            f"connections that edges ended: {verdict.connections_ended_told} with a word,"
            f" {verdict.connections_ended_untold} idle ones without"
        ),
        f"{'restarted':<14}{'stopped in, s':>14}{'ready after, s':>16}{'exit status':>13}",
    ]
    lines += [
        f"{each.name:<14}{each.stop_took_s:>14.1f}{each.ready_s - each.ended_s:>16.1f}"
        f"{each.exit_status!s:>13}"
        for each in played.restarts
    ]
    lines += [f"  {kind:<26}{count:>8,}" for kind, count in sorted(verdict.kinds.items())]
    lines += _shown("FAILED", verdict.failures) + _shown("BREACH", verdict.breaches)
    return "\n".join(lines)


def _shown(word: str, found: Sequence[str]) -> list[str]:
    lines = [f"{word} {each}" for each in found[:MOST_SHOWN]]
    return lines + ([f"… and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else [])
