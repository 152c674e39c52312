from __future__ import annotations

import time

import pytest

from og_edge.deadline import Deadline


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
