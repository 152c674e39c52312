"""Pages read by a language model, as far as the page bears out what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from og_extract.ai.answer import Answer, read_answer
from og_extract.ai.chat import MIN_TRY_S, ChatClient
from og_extract.ai.choices import Choices
from og_extract.ai.endpoint import Endpoint
from og_extract.ai.flights import Flights
from og_extract.ai.grounding import Grounding
from og_extract.ai.kept import Kept
from og_extract.ai.outcome import AiError, AiOutcome
from og_extract.ai.question import Question
from og_extract.errors import ExtractQueueFullError
from og_extract.gate import Gate
from og_extract.metrics import AI_READINGS, AI_SECONDS
from og_extract.read.choosing.page import Field, Page
from og_extract.read.markup.text import clean_text
from og_extract.read.reduction.digest import Digest

log = structlog.get_logger()

AI_SOURCE = "ai"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of a model's answer passed the checks."""

    texts: Mapping[str, str]
    """Title and description, those that passed."""
    labels: Mapping[str, str | None]
    faults: Mapping[str, str]
    """Why the others did not."""

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        return sum(len(text) * 4 for text in (*self.texts.values(), *self.labels.values()) if text)


class AiReader:
    """Asks a model about pages, never longer than a caller has."""

    def __init__(self, endpoint: Endpoint, client: ChatClient) -> None:
        self._endpoint = endpoint
        self._client = client
        self._gate = Gate(endpoint.running_max, endpoint.waiting_max, "ai")
        self._flights: Flights[Verdict] = Flights()
        self._kept: Kept[Verdict] = Kept(lambda verdict: verdict.size_bytes)

    async def read(
        self, page: Page, end: float, *, fresh: bool = False
    ) -> tuple[dict[str, Field], AiOutcome]:
        """Give what replaces the page's standard fields, and how the model did.

        Waits until end, a time of the running loop, and never raises for what the model does. A
        fresh reading asks anew although an answer is kept.
        """
        question = Question(page.digest or Digest(), page.language, Choices.of(page))
        fields, outcome = await self._read(question, end, fresh=fresh)
        AI_READINGS.labels(outcome.value).inc()
        return fields, outcome

    async def _read(
        self, question: Question, end: float, *, fresh: bool
    ) -> tuple[dict[str, Field], AiOutcome]:
        try:
            verdict = await self._verdict(question, end, fresh=fresh)
        except TimeoutError:
            log.info("model too slow")
            return {}, AiOutcome.TIMEOUT
        except (AiError, ExtractQueueFullError) as error:
            log.warning("model failed", cause=str(error))
            return {}, AiOutcome.FAILED
        if not verdict.texts:
            return {}, AiOutcome.REJECTED
        return _fields(verdict, question.choices), AiOutcome.DELIVERED

    async def _verdict(self, question: Question, end: float, *, fresh: bool) -> Verdict:
        key = question.key(self._endpoint.model)
        kept = None if fresh else self._kept.get(key)
        if kept is not None:
            return kept
        now = asyncio.get_running_loop().time()
        if end - now < MIN_TRY_S:
            raise TimeoutError
        return await self._flights.join(key, lambda: self._asked(key, question), end)

    async def _asked(self, key: bytes, question: Question) -> Verdict:
        clock = asyncio.get_running_loop().time
        began, end = clock(), clock() + self._endpoint.timeout_s
        async with asyncio.timeout_at(end), self._gate.entered():
            with AI_SECONDS.time():
                completion = await self._client.complete(question.body(self._endpoint), end)
        verdict = _judged(read_answer(completion), question)
        log.info(
            "model answered",
            passed=sorted(verdict.texts),
            faults=verdict.faults,
            seconds=round(clock() - began, 2),
        )
        if verdict.texts:
            self._kept.put(key, verdict)
        return verdict


@asynccontextmanager
async def open_ai_reader(endpoint: Endpoint | None) -> AsyncIterator[AiReader | None]:
    """Keep connections to an endpoint for the length of the context; None where there is none."""
    if endpoint is None:
        yield None
        return
    async with ChatClient(endpoint) as client:
        yield AiReader(endpoint, client)


def _judged(answer: Answer, question: Question) -> Verdict:
    grounding = Grounding(question.digest)
    checks = {
        "title": (answer.title, grounding.fault_of_title),
        "description": (answer.description, grounding.fault_of_description),
    }
    texts, faults = {}, {}
    for name, (written, fault_of) in checks.items():
        text = clean_text(written or "")
        fault = fault_of(text) if text else "nothing"
        if fault:
            faults[name] = fault
        else:
            texts[name] = text
    return Verdict(texts, answer.labels, faults)


def _fields(verdict: Verdict, choices: Choices) -> dict[str, Field]:
    fields = {name: Field(AI_SOURCE, text=text) for name, text in verdict.texts.items()}
    for name, label in verdict.labels.items():
        chosen = choices.chosen(name, label)
        if chosen is not None:
            fields[name] = chosen
    return fields
