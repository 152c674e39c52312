from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from og_billing.purchases import Payment, bought, settled
from tests.support.seeds import rng

__all__ = ["rng"]

NOW = datetime(2031, 6, 1, tzinfo=UTC)


def payment(withdrawn_cents: int) -> Payment:
    return Payment("pi_1", "small", 1_000, 1_200, withdrawn_cents)


@pytest.mark.parametrize(
    ("withdrawn", "due"), [(0, 0), (1, 0), (400, 333), (1_199, 999), (1_200, 1_000), (2_000, 1_000)]
)
def test_the_share_of_the_money_is_the_share_of_the_credits(withdrawn: int, due: int) -> None:
    assert payment(withdrawn).due_credits == due


def test_whatever_comes_and_goes_no_more_is_taken_than_is_there_or_given_than_was_taken(
    rng: random.Random,
) -> None:
    for _ in range(2_000):
        purchase, granted = bought("acct", payment(0), NOW)
        balance, ids = granted.credits, {granted.charge_id}
        for _ in range(rng.randrange(1, 6)):
            balance -= rng.randrange(balance + 1)  # spent meanwhile
            before = purchase.taken_credits
            seen = payment(rng.choice((0, 300, 400, 900, 1_200)))
            purchase, entry = settled(purchase, seen, balance, NOW)
            if entry:
                balance += entry.available_delta_credits
                assert entry.available_delta_credits == before - purchase.taken_credits
                assert entry.charge_id not in ids
                ids.add(entry.charge_id)
            assert balance >= 0
            assert 0 <= purchase.taken_credits <= purchase.due_credits == seen.due_credits
            assert settled(purchase, seen, balance, NOW) == (purchase, None)
        assert purchase.entries == len(ids)
