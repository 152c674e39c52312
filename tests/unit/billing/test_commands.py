from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from og_billing import __main__ as program
from og_billing.commands import (
    MAX_GRANT_CREDITS,
    Charge,
    Grant,
    Reserve,
    parse_charge_id,
    price_credits,
)
from og_billing.entries import Bucket, ChargeKind
from og_billing.errors import InvalidRequestError


@pytest.mark.parametrize(
    ("kind", "price"),
    [
        (ChargeKind.CACHED_CARD, 1),
        (ChargeKind.GENERATION, 10),
        (ChargeKind.AI_GENERATION, 100),
    ],
)
def test_prices(kind: ChargeKind, price: int) -> None:
    assert price_credits(kind) == price


@pytest.mark.parametrize(
    "text",
    [
        "",
        "card-1",
        "{12345678-1234-1234-1234-123456789abc}",
        "urn:uuid:12345678-1234-1234-1234-123456789abc",
        "12345678123412341234123456789abc",
        "12345678-1234-1234-1234-123456789abg",
        "12345678-1234-1234-1234-123456789abc ",
        "\uff112345678-1234-1234-1234-123456789abc",
    ],
)
def test_what_is_no_charge_id(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="charge_id: must be a UUID"):
        parse_charge_id(text)


@pytest.mark.parametrize("credits_granted", [1, MAX_GRANT_CREDITS])
def test_the_ends_of_a_grants_range_are_granted(credits_granted: int) -> None:
    assert Grant(str(uuid4()), "a", credits_granted, Bucket.PLAN, "").credits == credits_granted


@pytest.mark.parametrize("credits_granted", [0, -1, MAX_GRANT_CREDITS + 1])
def test_beyond_them_nothing_is(credits_granted: int) -> None:
    with pytest.raises(InvalidRequestError, match="credits: must be 1 to 1,000,000,000"):
        Grant(str(uuid4()), "a", credits_granted, Bucket.PLAN, "")


@pytest.mark.parametrize("seconds", [1, 3600])
def test_the_ends_of_a_holds_range_hold(seconds: int) -> None:
    charge = Charge(str(uuid4()), "a", ChargeKind.GENERATION, "")
    assert Reserve(charge, timedelta(seconds=seconds)).hold.total_seconds() == seconds


def test_an_unknown_word_is_answered_with_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["og_billing", "balance"])
    assert program.main() == 2
    assert "migrate|audit" in capsys.readouterr().err
