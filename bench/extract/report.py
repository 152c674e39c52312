"""The result as tables, and as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from bench.extract import goals
from bench.extract.corpus import Entry
from bench.extract.entrants import OURS, PEERS, Entrant, Round
from bench.extract.scores import FIELDS, MAY_BE_FALSE, Score, Values, false_score, key_of, score
from bench.verdict import Verdict

_LABEL_CELLS, _CELLS = 14, 16


@dataclass(frozen=True)
class Times:
    """Processor time a page, in ms: the median round's mean, and of its pages."""

    mean: float
    median: float
    p95: float


class Result:
    """All that a run found."""

    def __init__(
        self,
        corpus: Sequence[Entry],
        entrants: Sequence[Entrant],
        rounds: Mapping[str, Sequence[Round]],
    ) -> None:
        self.corpus = corpus
        self.entrants = entrants
        self.rounds = len(rounds[OURS])
        self.splits = {
            "tuning": [it for it in corpus if not it.is_held_out],
            "held-out": [it for it in corpus if it.is_held_out],
        }
        self.times = {name: _times(list(them)) for name, them in rounds.items()}
        self._values: dict[str, Values] = {
            name: dict(zip((it.id for it in corpus), them[0].values, strict=True))
            for name, them in rounds.items()
        }

    def scores(self, name: str, split: str) -> dict[str, Score]:
        """Give an entrant's score for each field."""
        return {it: score(self.splits[split], self._values[name], it) for it in FIELDS}

    def false(self, name: str, split: str) -> dict[str, Score]:
        """Count an entrant's values where none is expected."""
        entries, values = self.splits[split], self._values[name]
        return {it: false_score(self.corpus, entries, values, it) for it in MAY_BE_FALSE}

    def verdicts(self) -> list[Verdict]:
        """Hold our reader against its goals."""
        held = goals.of_scores(self.scores(OURS, "held-out"), self.false(OURS, "held-out"))
        return held + goals.of_times({name: it.mean for name, it in self.times.items()})


def as_json(result: Result) -> str:
    """Give everything for programs, but no value of a page."""
    told: dict[str, Any] = {
        "processors": os.cpu_count(),
        "versions": {**PEERS.versions(), **PEERS.requirements()},
        "rounds": result.rounds,
        "pages": {split: len(them) for split, them in result.splits.items()},
        "cpu_ms_a_page": {name: vars(times) for name, times in result.times.items()},
        "scores": _by_split(result, result.scores),
        "false": _by_split(result, result.false),
        "verdicts": [{**vars(it), "is_met": it.is_met} for it in result.verdicts()],
    }
    return json.dumps(told, indent=2)


def as_text(result: Result) -> str:
    """Give tables and verdicts for people."""
    lines = [_versions(result), ""]
    for split, entries in result.splits.items():
        lines += [f"Exact values in percent, {len(entries)} {split} pages:", ""]
        lines += [*_scores(result, split), "", *_false(result, split), ""]
    lines += [
        f"Processor time a page, medians of {result.rounds} rounds:",
        "",
        *_times_table(result),
    ]
    notes = [f"  {it.name}: {it.note}" for it in result.entrants]
    verdicts = ["On held-out pages:", "", *map(str, result.verdicts())]
    return "\n".join([*lines, "", *notes, "", *verdicts])


def _times(rounds: list[Round]) -> Times:
    middle = sorted(rounds, key=lambda it: it.total_ms)[len(rounds) // 2]
    return Times(
        mean=middle.total_ms / len(middle.each_ms),
        median=median(middle.each_ms),
        p95=quantiles(middle.each_ms, n=20)[-1],
    )


def _by_split(result: Result, of: Callable[[str, str], Mapping[str, Score]]) -> dict[str, Any]:
    """Give [hits, pages] by split, entrant and field that it has."""
    return {
        split: {it.name: _pairs(it, of(it.name, split)) for it in result.entrants}
        for split in result.splits
    }


def _pairs(entrant: Entrant, scores: Mapping[str, Score]) -> dict[str, list[int]]:
    return {
        field: [found.hits, found.pages]
        for field, found in scores.items()
        if key_of(field) in entrant.fields
    }


def _versions(result: Result) -> str:
    versions = {**PEERS.versions(), **PEERS.requirements()}
    names = [it.name for it in result.entrants if it.name in versions]
    return ", ".join(f"{name} {versions[name]}" for name in names) or "without peers"


def _row(label: str, cells: Sequence[str]) -> str:
    return f"{label:<{_LABEL_CELLS}}" + "".join(f"{cell:>{_CELLS}}" for cell in cells)


def _head(result: Result, label: str) -> str:
    return _row(label, [it.name for it in result.entrants])


def _scores(result: Result, split: str) -> list[str]:
    found = {it.name: result.scores(it.name, split) for it in result.entrants}
    lines = [_head(result, "field")]
    for field in FIELDS:
        pages = found[OURS][field].pages
        if pages:
            cells = [_percent(it, field, found[it.name][field]) for it in result.entrants]
            lines.append(_row(f"{field}", [*cells, f"of {pages}"]))
    return lines


def _percent(entrant: Entrant, field: str, found: Score) -> str:
    return f"{found.percent:.1f}" if key_of(field) in entrant.fields else "-"


def _false(result: Result, split: str) -> list[str]:
    found = {it.name: result.false(it.name, split) for it in result.entrants}
    lines = [_head(result, "false")]
    for field in MAY_BE_FALSE:
        cells = [str(found[it.name][field].hits) for it in result.entrants]
        lines.append(_row(field, [*cells, f"of {found[OURS][field].pages}"]))
    return lines


def _times_table(result: Result) -> list[str]:
    ours = result.times[OURS].mean
    lines = [_row("", ["mean ms", "median ms", "95th ms", "to ours"])]
    for name, times in result.times.items():
        cells = [f"{times.mean:.2f}", f"{times.median:.2f}", f"{times.p95:.2f}"]
        lines.append(_row(name, [*cells, f"{times.mean / ours:.1f}"]))
    return lines
