"""Prewarming: each page asked for once, within a budget, at the pace of the rate limit."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from og_cli.prewarm.asking import NO_ANSWER, Answer, CardApi, Verdict
from og_cli.prewarm.budget import Budget
from og_cli.prewarm.pacing import WINDOW_S, Pace
from og_cli.prewarm.state import State
from og_service.progress import Progress

MAX_TRIES: Final = 4
"""Of a page, while the service fails."""
MAX_LATER: Final = 10
"""How often a page may be told to come later."""
MAX_TROUBLES_IN_A_ROW: Final = 20
"""Of all pages; then the service is taken to be down."""
FIRST_BACKOFF_S: Final = 1.0


@dataclass(frozen=True)
class Failure:
    """A page without a card, and why."""

    url: str
    code: str
    message: str


@dataclass
class Result:
    """How far it came."""

    made: int = 0
    existing: int = 0
    failures: list[Failure] = field(default_factory=list)
    stopped: str = ""
    """Why it ended before all pages were asked for."""
    nothing_answers: bool = False

    @property
    def settled(self) -> int:
        """Pages that are asked for no more."""
        return self.made + self.existing + len(self.failures)


class Work:
    """Asks for the cards of pages."""

    def __init__(self, api: CardApi, budget: Budget, state: State, result: Result) -> None:
        """Take what to ask, what may be spent, what was done, and where to tell how it goes."""
        self._api = api
        self._budget = budget
        self._state = state
        self._pace = Pace()
        self._heard = False
        self._troubles = 0
        self._total = 0
        self.result = result

    async def run(self, urls: Sequence[str], workers: int, progress: Progress) -> None:
        """Ask for all of them, or until nothing more can be had; `result` tells how far it came."""
        self._total = len(urls)
        waiting = iter(urls)
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._worker(waiting, progress))

    async def _worker(self, waiting: Iterator[str], progress: Progress) -> None:
        for url in waiting:
            if self.result.stopped:
                return
            await self._page(url)
            progress.reach(self.result.settled, self._total, self._note())

    def _note(self) -> str:
        spent = f"{self._budget.charged_credits:,} credits"
        failed = len(self.result.failures)
        return f"{spent}, {failed:,} failed" if failed else spent

    async def _page(self, url: str) -> None:
        """Ask for one until it is settled, or nothing more can be had."""
        answers: Counter[Verdict] = Counter()
        while (answer := await self._ask(url)) is not None:
            answers[answer.verdict] += 1
            if not await self._is_asked_again(answer, answers):
                self._note_result(url, answer)
                return

    async def _ask(self, url: str) -> Answer | None:
        """Ask once, in our turn; None where the budget or the work ended before that."""
        if not await self._budget.begin(url):
            self._stop("the budget is spent: give a larger --budget to go on")
            return None
        await self._pace.turn()
        if self.result.stopped:
            await self._budget.end(url)
            return None
        self._state.ask(url)
        answer = await self._api.ask(url)
        self._hear(answer)
        if answer.verdict is Verdict.TROUBLE and answer.was_sent:
            await self._budget.doubt(url)
        else:
            await self._budget.end(url, answer.charged_credits, made=answer.made)
        self._state.end(
            url,
            has_card=answer.verdict is Verdict.CARD,
            charged_credits=answer.charged_credits,
            doubtful=self._budget.doubts(url),
        )
        return answer

    async def _is_asked_again(self, answer: Answer, answers: Counter[Verdict]) -> bool:
        """Wait for as long as it takes until a page may be asked for again, if it may."""
        if self.result.stopped:
            return False
        count = answers[answer.verdict]
        if answer.verdict is Verdict.LATER and count <= MAX_LATER:
            self._pace.pause(min(answer.retry_after_s or 1.0, WINDOW_S))
            return True
        if answer.verdict is Verdict.TROUBLE and count < MAX_TRIES:
            await asyncio.sleep(_backoff_s(count, answer))
            return True
        if not self._heard:
            self.result.nothing_answers = True
            self._stop(answer.message)
        return False

    def _note_result(self, url: str, answer: Answer) -> None:
        if answer.verdict is not Verdict.CARD:
            self.result.failures.append(Failure(url, answer.code, answer.message))
        elif answer.made:
            self.result.made += 1
        else:
            self.result.existing += 1

    def _hear(self, answer: Answer) -> None:
        if answer.headers is not None:
            self._pace.note(answer.headers)
        if answer.code != NO_ANSWER:
            self._heard = True
        if answer.verdict is Verdict.STOP:
            self._stop(answer.message)
        self._troubles = self._troubles + 1 if answer.verdict is Verdict.TROUBLE else 0
        if self._troubles >= MAX_TROUBLES_IN_A_ROW:
            self._stop(f"the service fails ({answer.message}): try again later")

    def _stop(self, why: str) -> None:
        self.result.stopped = self.result.stopped or why


def _backoff_s(tries: int, answer: Answer) -> float:
    """Wait twice as long each time, or as long as the answer says, and a little by chance."""
    own_s = FIRST_BACKOFF_S * (1 << (tries - 1))
    asked_s = min(answer.retry_after_s or 0.0, WINDOW_S)
    return max(own_s, asked_s) * random.uniform(1.0, 1.25)  # noqa: S311 - no secret
