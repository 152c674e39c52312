"""What the reports of benches of the running system share: what a run ran on, and their shape."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from bench.verdict import Verdict


@dataclass(frozen=True)
class Conditions:
    """What a run ran on; figures of two runs are only compared where this is alike."""

    server: Mapping[str, str]
    """What PostgreSQL promises of a commit, and its version."""
    load_before: float
    """The load average over a minute before the run; what is far from 0 spoils it."""
    processors: int = field(default_factory=lambda: os.cpu_count() or 1)

    def __str__(self) -> str:
        server = ", ".join(f"{name} {value}" for name, value in sorted(self.server.items()))
        before = f"load average before {self.load_before:.1f}"
        return f"{server}; {self.processors} processors, {before}"


def to_json(
    conditions: Conditions,
    effort: Mapping[str, object],
    rows: Sequence[Mapping[str, object]],
    verdicts: Sequence[Verdict],
    **more: object,
) -> str:
    """Give everything for programs: `effort` is how much was asked for, a row is a line."""
    told = {
        **asdict(conditions),
        "effort": effort,
        **more,
        "rows": rows,
        "verdicts": [{**asdict(it), "is_met": it.is_met} for it in verdicts],
    }
    return json.dumps(told, indent=2)


def to_text(
    head: str, conditions: Conditions, body: Sequence[str], verdicts: Sequence[Verdict]
) -> str:
    """Give what people read: what was measured, on what, the tables, and what came of the goals."""
    return "\n".join([head, str(conditions), "", *body, "", *map(str, verdicts)])
