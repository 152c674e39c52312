from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.errors import InternalError, OverloadedError, PageUnreachableError
from og_edge.flights import MAX_FLIGHTS, MAX_WAITING, Flights
from og_service import context
from tests.support.waiting import eventually


class Work:
    """Something to do, which is done when the test says so."""

    def __init__(self, error: Exception | None = None) -> None:
        self.runs = 0
        self.started = asyncio.Event()
        self.may_end = asyncio.Event()
        self._error = error

    async def __call__(self) -> str:
        self.runs += 1
        self.started.set()
        await self.may_end.wait()
        if self._error:
            raise self._error
        return "done"


def _join(flights: Flights[str], work: Work, seconds: float = 10) -> asyncio.Task[tuple[str, bool]]:
    return asyncio.create_task(flights.join("key", work, Deadline.after(seconds)))


async def test_work_is_done_once_for_all_who_ask() -> None:
    flights, work = Flights[str]("test"), Work()
    asking = [_join(flights, work) for _ in range(20)]
    await work.started.wait()
    work.may_end.set()
    answers = await asyncio.gather(*asking)
    assert work.runs == 1
    assert [answer for answer, _ in answers] == ["done"] * 20
    assert [leading for _, leading in answers].count(True) == 1


async def test_work_asked_for_later_is_done_again() -> None:
    flights, work = Flights[str]("test"), Work()
    work.may_end.set()
    assert await _join(flights, work) == ("done", True)
    assert await _join(flights, work) == ("done", True)
    assert work.runs == 2


async def test_whoever_asked_first_may_hang_up() -> None:
    flights, work = Flights[str]("test"), Work()
    leader, follower = _join(flights, work), _join(flights, work)
    await work.started.wait()
    leader.cancel()
    work.may_end.set()
    assert await follower == ("done", False)
    assert work.runs == 1


async def test_an_error_reaches_all_who_wait() -> None:
    flights, work = Flights[str]("test"), Work(PageUnreachableError("No answer."))
    asking = [_join(flights, work) for _ in range(3)]
    await work.started.wait()
    work.may_end.set()
    for asked in asking:
        with pytest.raises(PageUnreachableError):
            await asked


async def test_an_error_is_not_kept_for_who_asks_next() -> None:
    flights, work = Flights[str]("test"), Work(PageUnreachableError("No answer."))
    work.may_end.set()
    with pytest.raises(PageUnreachableError):
        await _join(flights, work)
    good = Work()
    good.may_end.set()
    assert await _join(flights, good) == ("done", True)


async def test_who_cannot_wait_leaves_and_the_work_goes_on() -> None:
    flights, work = Flights[str]("test"), Work()
    hasty, patient = _join(flights, work, seconds=0.01), _join(flights, work)
    with pytest.raises(TimeoutError):
        await hasty
    work.may_end.set()
    assert await patient == ("done", False)


async def test_who_has_time_begins_anew_what_was_begun_for_somebody_who_had_too_little() -> None:
    flights, short, enough = Flights[str]("test"), Work(OutOfTimeError()), Work()
    hasty = _join(flights, short)
    await short.started.wait()
    patient = [_join(flights, enough) for _ in range(3)]
    await asyncio.sleep(0)
    short.may_end.set()
    with pytest.raises(OutOfTimeError):
        await hasty
    await enough.started.wait()
    enough.may_end.set()
    assert await asyncio.gather(*patient) == [("done", True), ("done", False), ("done", False)]
    assert (short.runs, enough.runs) == (1, 1)


async def test_no_more_than_the_bound_are_under_way() -> None:
    flights, work = Flights[str]("test"), Work()
    asking = [
        asyncio.create_task(flights.join(number, work, Deadline.after(10)))
        for number in range(MAX_FLIGHTS)
    ]
    await eventually(lambda: work.runs == MAX_FLIGHTS)
    with pytest.raises(OverloadedError):
        await flights.join("one more", work, Deadline.after(10))
    joined = asyncio.create_task(flights.join(0, work, Deadline.after(10)))
    work.may_end.set()
    assert await joined == ("done", False)
    await asyncio.gather(*asking)


async def test_no_more_than_the_bound_wait_and_who_leaves_makes_room() -> None:
    flights, work = Flights[str]("test"), Work()
    waiting = [_join(flights, work) for _ in range(MAX_WAITING)]
    await work.started.wait()
    with pytest.raises(OverloadedError) as refused:
        await _join(flights, work)
    assert refused.value.retry_after_s
    waiting.pop().cancel()
    await asyncio.sleep(0)
    waiting.append(_join(flights, work))
    work.may_end.set()
    assert len(await asyncio.gather(*waiting)) == MAX_WAITING
    assert work.runs == 1


async def test_finish_waits_for_work_whose_askers_are_gone() -> None:
    flights, work = Flights[str]("test"), Work()
    asked = _join(flights, work)
    await work.started.wait()
    asked.cancel()
    finishing = asyncio.create_task(flights.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    work.may_end.set()
    await finishing


async def test_what_nobody_expected_is_logged_once_and_names_the_request_that_began_it() -> None:
    flights, work = Flights[str]("test"), Work(ZeroDivisionError("a fault of ours"))

    async def ask(request_id: str) -> None:
        context.request_id.set(request_id)
        with pytest.raises(InternalError):
            await flights.join("key", work, Deadline.after(10))

    with capture_logs() as logs:
        asking = [asyncio.create_task(ask(name)) for name in ("first", "second", "third")]
        await work.started.wait()
        work.may_end.set()
        await asyncio.gather(*asking)
    told = [line for line in logs if line["event"] == "request failed"]
    assert [line for line in told if line.get("exc_info")] == told[:1]
    assert [line["cause"] for line in told[1:]] == ["as request first"] * 2
