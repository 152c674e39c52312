"""How an audit is printed: as it goes on, with the sum at the end."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Protocol

from og_edge.audit.account import Totals
from og_edge.audit.findings import Finding, Kind


class Printer(Protocol):
    """Prints findings."""

    def found(self, finding: Finding) -> None:
        """Print a finding."""

    def end(self, totals: Totals) -> None:
        """Print the sum."""


class Sums:
    """Counts findings by kind."""

    def __init__(self) -> None:
        self._counts: Counter[Kind] = Counter()

    def add(self, kind: Kind) -> None:
        """Count one."""
        self._counts[kind] += 1

    def of(self, *, differences: bool) -> dict[str, int]:
        """Give the numbers of differences, or of leftovers, by name."""
        return {
            kind.key: self._counts[kind]
            for kind in Kind
            if kind.is_difference is differences and self._counts[kind]
        }

    @property
    def passed(self) -> bool:
        """Whether no promise was broken."""
        return not self.of(differences=True)


class TextPrinter:
    """For people: a line for each finding, and what its kind means before the first of it."""

    def __init__(self, sums: Sums) -> None:
        self._sums = sums
        self._explained: set[Kind] = set()

    def found(self, finding: Finding) -> None:
        """See Printer."""
        kind = finding.kind
        name = kind.key.replace("_", " ")
        if kind not in self._explained:
            self._explained.add(kind)
            _line(f"{name}: {kind.value}" + ("" if kind.is_difference else " (allowed)"))
        parts = (finding.account_id, finding.subject, finding.detail)
        _line(f"  {name}  " + "  ".join(part for part in dict.fromkeys(parts) if part))

    def end(self, totals: Totals) -> None:
        """See Printer."""
        _line(
            f"looked at: {totals.accounts:,} accounts, {totals.charges:,} charges of "
            f"{totals.charged_credits:,} credits, {totals.generations:,} cards made"
        )
        for title, differences in (("differences", True), ("left by crashes, allowed", False)):
            counts = self._sums.of(differences=differences)
            told = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items())
            _line(f"{title}: {told or 'none'}")


class JsonPrinter:
    """For machines: one object, a finding a line."""

    def __init__(self, sums: Sums) -> None:
        self._sums = sums
        self._before = '{"findings": ['

    def found(self, finding: Finding) -> None:
        """See Printer."""
        _line(self._before + "\n" + json.dumps(finding.as_dict()), end="")
        self._before = ","

    def end(self, totals: Totals) -> None:
        """See Printer."""
        rest = asdict(totals) | {
            "differences": self._sums.of(differences=True),
            "leftovers": self._sums.of(differences=False),
            "passed": self._sums.passed,
        }
        opening = "\n" if self._before == "," else self._before
        _line(f"{opening}], {json.dumps(rest)[1:]}")


class AccountJsonPrinter:
    """For machines, of one account: each kind with what was found of it."""

    def __init__(self, sums: Sums) -> None:
        self._sums = sums
        self._subjects: defaultdict[Kind, list[str]] = defaultdict(list)

    def found(self, finding: Finding) -> None:
        """See Printer."""
        self._subjects[finding.kind].append(finding.subject)

    def end(self, totals: Totals) -> None:
        """See Printer."""
        lists = {kind.key: self._subjects[kind] for kind in Kind}
        figures = {"charges": totals.charges, "charged_credits": totals.charged_credits}
        _line(json.dumps(figures | lists | {"passed": self._sums.passed}))


def _line(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
