from __future__ import annotations

import pytest

from og_edge.throttle import MAX_ASKERS, Limit, Throttle, household


def test_as_many_as_every_limit_allows_are_let_in() -> None:
    throttle = Throttle([Limit(2, 10), Limit(3, 100)])
    assert [throttle.admit("a", now) for now in (0, 1)] == [0, 0]
    assert throttle.admit("a", 4) == 6
    assert throttle.admit("b", 4) == 0
    assert throttle.admit("a", 10) == 0
    assert throttle.admit("a", 30) == 70
    assert throttle.admit("a", 100) == 0


def test_who_is_refused_does_not_wait_longer_for_asking() -> None:
    throttle = Throttle([Limit(1, 10)])
    throttle.admit("a", 0)
    assert [throttle.admit("a", now) for now in (2, 5, 9)] == [8, 5, 1]
    assert throttle.admit("a", 10) == 0


def test_of_many_the_longest_unseen_is_forgotten() -> None:
    throttle = Throttle([Limit(1, 1_000)])
    for number in range(MAX_ASKERS + 1):
        throttle.admit(str(number), 0)
    assert throttle.admit("1", 1) > 0
    assert throttle.admit("0", 1) == 0


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_a_household_is_an_address_or_a_network(one: str, other: str, *, is_same: bool) -> None:
    assert (household(one) == household(other)) is is_same
