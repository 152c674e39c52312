"""The verdict sees what it is there to see."""

from __future__ import annotations

import pytest

from tests.races.order import Act, History, Seen

FETCHED_S = [1.0, 2.0, 3.0, 4.0]
"""When the page was asked for the counts 1, 2, 3 and 4."""

GET, REFRESH, DELETE = Act.GET, Act.REFRESH, Act.DELETE


@pytest.mark.parametrize(
    ("seen", "faults"),
    [
        ([Seen(GET, 0.5, 1.5, 1), Seen(GET, 1.6, 1.7, 1), Seen(REFRESH, 1.8, 2.5, 2)], []),
        ([Seen(REFRESH, 1.8, 2.5, 2), Seen(GET, 2.4, 2.6, 1)], []),
        (
            [Seen(REFRESH, 1.8, 2.5, 2), Seen(GET, 2.6, 2.7, 1)],
            ["although a refresh had been answered with 2"],
        ),
        ([Seen(GET, 1.8, 2.5, 2), Seen(GET, 2.6, 2.7, 1)], ["although 2 had been shown"]),
        ([Seen(GET, 0.5, 1.5, 1), Seen(DELETE, 1.6, 2.5), Seen(GET, 2.4, 2.6, 1)], []),
        (
            [Seen(GET, 0.5, 1.5, 1), Seen(DELETE, 1.6, 1.7), Seen(GET, 1.8, 2.1, 1)],
            ["which had been shown and was deleted since"],
        ),
        (
            [Seen(DELETE, 2.1, 2.2), Seen(GET, 2.3, 2.4, 2)],
            ["of a page that was asked for before the card was deleted"],
        ),
        ([Seen(DELETE, 2.1, 2.2), Seen(GET, 2.3, 3.1, 3)], []),
        (
            [Seen(REFRESH, 2.1, 3.1, 2)],
            ["of a page that was asked for before the refresh was"],
        ),
    ],
)
def test_old_drawings_are_seen(seen: list[Seen], faults: list[str]) -> None:
    found = History(seen, FETCHED_S).breaches()
    assert [breach.partition(", ")[2] for breach in found] == faults
