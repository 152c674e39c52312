"""What is refused while it is settled is not settled: Stripe's next try must find it yet to do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from og_billing.book import Book
from og_billing.commands import MAX_BALANCE_CREDITS, Settle
from og_billing.entries import Balance
from og_billing.errors import BalanceTooLargeError
from og_billing.months import Standing
from og_billing.payment_errors import PaymentsOvertakenError
from og_billing.purchases import Payment
from og_billing.settling import Settlements

NOW = datetime(2031, 6, 1, tzinfo=UTC)
SETTLE = Settle("acct", 0, "evt_1", Payment("pi_1", "small", 1_000, 1_200, 0))


def book(plan: int, *handled: str) -> Book:
    standings = {"acct": Standing(Balance(plan, 0, 0))}
    return Book(NOW, standings, [], {}, Settlements.found({"acct": 0}, [], handled))


def test_what_is_refused_is_not_noted_as_handled() -> None:
    page = book(MAX_BALANCE_CREDITS)
    with pytest.raises(BalanceTooLargeError):
        page.post(SETTLE)
    assert not page.changed
    assert page.settlements.handled == set()


def test_what_is_settled_is_noted_and_nothing_is_settled_twice() -> None:
    page = book(0)
    assert page.post(SETTLE).balance.pack_credits == 1_000
    assert page.post(SETTLE).balance.pack_credits == 1_000
    with pytest.raises(PaymentsOvertakenError):
        page.post(Settle("acct", 0, "evt_2", SETTLE.settled))
    assert list(page.settlements.settled.values()) == [SETTLE]
    assert book(0, "evt_1").post(SETTLE).balance.pack_credits == 0
