from __future__ import annotations

import time

import grpc
import pytest

from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.exchange import REQUEST_BUDGET_S
from og_service.status import RemoteError

TOO_LATE = RemoteError(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "", {}, None)
AWAY = RemoteError(grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE", "", {}, None)
CRAWLERS_WAIT_S = 8


def test_a_request_is_answered_before_crawlers_give_up() -> None:
    assert REQUEST_BUDGET_S < CRAWLERS_WAIT_S


def test_a_step_gets_what_is_left_but_no_more_than_it_may_take() -> None:
    deadline = Deadline.after(100)
    assert 90 < deadline.remaining_s() <= 100
    assert deadline.remaining_s(2.5) == 2.5
    assert 40 < deadline.remaining_s(keep_s=50) <= 50


def test_nothing_left_is_a_timeout() -> None:
    with pytest.raises(TimeoutError):
        Deadline(time.monotonic() - 0.001).remaining_s()
    with pytest.raises(TimeoutError):
        Deadline.after(5).remaining_s(keep_s=5)


def test_a_call_that_comes_too_late_with_little_time_is_the_requests_own_failure() -> None:
    with pytest.raises(OutOfTimeError), Deadline.after(1).step(3.0):
        raise TOO_LATE


@pytest.mark.parametrize(
    ("left_s", "failure"), [(10, TOO_LATE), (2.9, TOO_LATE), (1, AWAY), (10, AWAY)]
)
def test_any_other_failure_of_a_call_is_its_own(left_s: float, failure: RemoteError) -> None:
    with pytest.raises(RemoteError) as raised, Deadline.after(left_s).step(3.0):
        raise failure
    assert raised.value is failure
