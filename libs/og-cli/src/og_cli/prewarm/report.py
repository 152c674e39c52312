"""What is said before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from og_cli.output import printable
from og_cli.prewarm.budget import Budget
from og_cli.prewarm.job import Job
from og_cli.prewarm.pages import Pages
from og_cli.prewarm.work import Failure, Result

SHOWN_URLS: Final = 5
"""Of each failure, in text; JSON has all."""


@dataclass(frozen=True)
class Plan:
    """What is going to be asked for, and what that costs at most."""

    pages: Pages
    urls: list[str]
    """Those of the pages that no earlier run with the same state has done."""
    job: Job
    budget_credits: int | None

    @property
    def done_before(self) -> int:
        """Pages that an earlier run has done."""
        return len(self.pages.urls) - len(self.urls)

    @property
    def estimate_credits(self) -> int:
        """The most it costs: as if no card existed."""
        return len(self.urls) * self.job.price_credits

    def lines(self) -> Iterator[str]:
        """Say it for people."""
        left_out = [f"{count:,} {reason}" for reason, count in self.pages.left_out.items()]
        yield f"{len(self.pages.urls):,} pages" + (
            f" (left out: {', '.join(left_out)})" if left_out else ""
        )
        for url, reason in self.pages.unread.items():
            yield f"not read: {printable(url)}: {printable(reason)}"
        if self.done_before:
            yield f"{self.done_before:,} of them were done before"
        budget = "" if self.budget_credits is None else f"; budget {self.budget_credits:,}"
        yield (
            f"at most {self.estimate_credits:,} credits: {self.job.price_credits} for each card "
            f"that is new, none for one that exists{budget}"
        )


@dataclass(frozen=True)
class Report:
    """What came of it."""

    plan: Plan
    result: Result
    budget: Budget

    @property
    def not_asked(self) -> int:
        """Pages that are left for another run."""
        return len(self.plan.urls) - self.result.settled

    @property
    def is_complete(self) -> bool:
        """Tell whether all lists were read, and every page has its card."""
        return not (self.not_asked or self.result.failures or self.plan.pages.unread)

    def as_dict(self) -> dict[str, object]:
        """Say it for programs."""
        return {
            "pages": len(self.plan.pages.urls),
            "done_before": self.plan.done_before,
            "made": self.result.made,
            "existing": self.result.existing,
            "failed": len(self.result.failures),
            "not_asked": self.not_asked,
            "stopped": self.result.stopped,
            "credits_charged": self.budget.charged_credits,
            "credits_in_doubt": self.budget.doubtful_credits,
            "budget": self.budget.limit_credits,
            "lists_not_read": self.plan.pages.unread,
            "failures": [vars(failure) for failure in self.result.failures],
        }

    def lines(self) -> Iterator[str]:
        """Say it for people."""
        result = self.result
        before = f", {self.plan.done_before:,} done before" if self.plan.done_before else ""
        yield f"{result.made:,} cards made, {result.existing:,} existed{before}"
        yield f"{self.budget.charged_credits:,} credits charged{self._in_doubt()}"
        for code, failures in self._by_code().items():
            yield f"{len(failures):,} without a card: {code}"
            for failure in failures[:SHOWN_URLS]:
                yield f"  {printable(failure.url)}: {printable(failure.message)}"
            if len(failures) > SHOWN_URLS:
                yield f"  and {len(failures) - SHOWN_URLS:,} more: --json names all"
        if self.not_asked:
            yield f"{self.not_asked:,} not asked for: {printable(result.stopped)}"

    def _in_doubt(self) -> str:
        doubtful = self.budget.doubtful_credits
        return f", and perhaps {doubtful:,} for answers that did not come" if doubtful else ""

    def _by_code(self) -> dict[str, list[Failure]]:
        found: defaultdict[str, list[Failure]] = defaultdict(list)
        for failure in self.result.failures:
            found[failure.code].append(failure)
        return found
