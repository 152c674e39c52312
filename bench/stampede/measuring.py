"""A crowd that asks for a card which nobody has asked for, and what it costs."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.accounts import Account
from bench.crowd import Answer, Crowd
from bench.system import AuditFailedError, System

TEMPLATE = "article/blog-post"
SINGLES = 5
RENDERS = 'og_render_step_seconds_count{step="encode"}'
OK = "200"


@dataclass(frozen=True)
class Round:
    """One stampede; times are until the last byte of the last answer."""

    statuses: Mapping[str, int]
    renders: int
    generations: int
    cached: int
    took_ms: float
    median_ms: float
    single_ms: float
    serving_ms: float

    @property
    def ratio(self) -> float:
        """The time of the stampede ÷ that of one new card and of serving it to as many."""
        return self.took_ms / (self.single_ms + self.serving_ms)


class Stampedes:
    """Asks for new pages' cards, over all edges in turns."""

    def __init__(self, system: System, account: Account, sites: Sequence[str], crowd: int) -> None:
        self._system = system
        self._headers = {"Authorization": account.authorization}
        self._sites = itertools.cycle(sites)
        self._crowd = crowd
        self._numbers: Iterator[int] = itertools.count(1)

    async def measure(self) -> Round:
        """Let the crowd come once, and then once more for what is there by then."""
        single_ms = statistics.median([await self._single_ms() for _ in range(SINGLES)])
        path = self._new_path()
        before = self._counts()
        # The same connections, so that what clients cost is the same in both.
        async with Crowd(self._system.edge_ports, self._crowd) as crowd:
            first = await crowd.ask(path, self._headers)
            after = self._counts()
            second = await crowd.ask(path, self._headers)
        demand_hits(second)
        renders, generations, cached = (b - a for a, b in zip(before, after, strict=True))
        statuses = Counter(f"{answer.status} {answer.error}".rstrip() for answer in first)
        if generations + cached != statuses[OK]:
            raise AuditFailedError(
                f"{statuses} of a stampede, but {generations} charged as new and {cached} as kept"
            )
        return Round(
            statuses=dict(statuses),
            renders=renders,
            generations=generations,
            cached=cached,
            took_ms=max(answer.took_ms for answer in first),
            median_ms=statistics.median(answer.took_ms for answer in first),
            single_ms=single_ms,
            serving_ms=max(answer.took_ms for answer in second),
        )

    async def _single_ms(self) -> float:
        async with Crowd(self._system.edge_ports, 1) as one:
            [answer] = await one.ask(self._new_path(), self._headers)
        if (answer.status, answer.headers["x-cache"]) != (200, "MISS"):
            raise AuditFailedError(f"a single new card: {answer}")
        return answer.took_ms

    def _new_path(self) -> str:
        url = f"http://{next(self._sites)}/{next(self._numbers)}"
        return "/api/og?" + urlencode({"template": TEMPLATE, "url": url}, safe=":/")

    def _counts(self) -> tuple[int, int, int]:
        renders = int(self._system.metrics().get(RENDERS, 0))
        return renders, self._system.generations(), self._system.cached_charges()


def demand_hits(answers: Sequence[Answer]) -> None:
    """See that all got a card that exists; raises AuditFailedError."""
    kinds = Counter((answer.status, answer.headers.get("x-cache")) for answer in answers)
    if set(kinds) != {(200, "HIT")}:
        raise AuditFailedError(f"a card that exists was asked for, and answered {kinds}")
