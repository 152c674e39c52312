from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest

from og_extract.fetch.pauses import MAX_HOSTS, Pauses

MAX_S = 30.0


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pauses(clock: Clock) -> Pauses:
    return Pauses(MAX_S, clock)


@pytest.mark.parametrize(
    ("status", "retry_after", "expected_s"),
    [
        (429, "7", 7),
        (429, " 7 ", 7),
        (429, "", 0),
        (429, "soon", 0),
        (429, "-7", 0),
        (429, "\u0667", 0),
        (429, "0", 0),
        (429, "Wed, 25 Nov 99999999999999999999 10:00:00 GMT", 0),
        (429, "Wed, 25 Nov 2099 10:00:00", 0),
        (429, "Wed, 25 Nov 2099 10:00:00 -0000", 0),
        (429, "86400", MAX_S),
        (429, "9" * 5_000, MAX_S),
        (503, "7", 7),
        (503, "", 0),
        (500, "7", 0),
        (200, "7", 0),
        (301, "7", 0),
    ],
)
def test_a_host_is_left_alone_as_long_as_it_asks(
    pauses: Pauses, status: int, retry_after: str, expected_s: float
) -> None:
    pauses.note("example.com", status, retry_after)
    assert pauses.left_s("example.com") == expected_s
    assert pauses.left_s("www.example.com") == 0


def test_a_date_is_understood(pauses: Pauses) -> None:
    now = dt.datetime.now(dt.UTC)
    for later_s, expected in ((-20, (0, 0)), (20, (15, 20)), (86_400, (MAX_S, MAX_S))):
        until = now + dt.timedelta(seconds=later_s)
        pauses.note("example.com", 429, format_datetime(until, usegmt=True))
        assert expected[0] <= pauses.left_s("example.com") <= expected[1]


def test_a_pause_ends(pauses: Pauses, clock: Clock) -> None:
    pauses.note("example.com", 429, "7")
    clock.now_s += 6.5
    assert pauses.left_s("example.com") == 0.5
    clock.now_s += 0.5
    assert pauses.left_s("example.com") == 0


def test_only_so_many_hosts_are_remembered(pauses: Pauses) -> None:
    for number in range(MAX_HOSTS + 1):
        pauses.note(f"{number}.example.com", 429, "7")
    assert pauses.left_s("0.example.com") == 0
    assert pauses.left_s("1.example.com") == 7
