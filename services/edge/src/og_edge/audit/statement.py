"""Whether a statement's balances follow from each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from og_edge.audit.records import LedgerLine


class Continuity:
    """Looks at a statement page by page, newest entry first."""

    def __init__(self) -> None:
        self._newer: LedgerLine | None = None

    def breaks(self, lines: Iterable[LedgerLine]) -> Iterator[tuple[str, str]]:
        """Name the entries whose balance does not follow from the one before, and tell how."""
        for line in lines:
            if self._newer:
                yield from _compare(self._newer, line.balance_credits)
            self._newer = line

    def end(self) -> Iterator[tuple[str, str]]:
        """Look at the first entry that there ever was: it follows from nothing."""
        if self._newer:
            yield from _compare(self._newer, 0)


def _compare(entry: LedgerLine, before_credits: int) -> Iterator[tuple[str, str]]:
    expected = before_credits + entry.delta_credits
    if entry.balance_credits != expected:
        yield entry.charge_id, f"{entry.balance_credits} credits instead of {expected}"
