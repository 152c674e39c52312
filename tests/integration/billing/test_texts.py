"""What callers write is kept to the letter: it is sent to the database as arrays that we write."""

from __future__ import annotations

import random

import pytest

from og.billing.v1 import billing_pb2 as pb
from og_billing.commands import MAX_PAYER_ID_CHARS, MAX_REFERENCE_CHARS
from tests.integration.billing.client import Client, called, charge_request, new_id
from tests.support.seeds import rng

__all__ = ["rng"]

CHARGED = pb.CHARGE_RESULT_CHARGED
ODD = (
    '"', "\\", '\\"', '"\\', '","', '"}', "},{", "{}", "{a,b}", ",", "'", "NULL", " NULL ", "null",
    "", " ", " before", "after ", "'); DROP TABLE billing.entries; --", "$1", "%s", "%", "\\x00",
    "\\n", "E'\\n'", "\x80\x9f", "\u00a0", "\u2028", "\u202e", "\ufeff", "\uffff", "\U0010ffff",
)  # fmt: skip
LETTERS = "\"\\{},'NULL \u2028é\U0001f600%$"
TEXTS = 500


async def written(billing: Client, account_id: str) -> list[tuple[str, str]]:
    """Give what a statement says of its charges, oldest first."""
    request = pb.ListEntriesRequest(account_id=account_id, page_size=1_000)
    entries = (await called(billing.stub.ListEntries, request)).entries
    charges = [entry for entry in entries if entry.charged_credits]
    return [(entry.reference, entry.payer_id) for entry in reversed(charges)]


async def test_references_and_payers_are_kept_to_the_letter(
    billing: Client, rng: random.Random
) -> None:
    drawn = ["".join(rng.choices(LETTERS, k=rng.randrange(20))) for _ in range(TEXTS)]
    longest = ["\U0001f600" * MAX_REFERENCE_CHARS, '"' * MAX_REFERENCE_CHARS]
    texts = [*ODD, *longest, *drawn]
    account = await billing.account(plan=len(texts) - 100, pack=100)
    charges = [
        charge_request(
            account,
            reference=text,
            payer=pb.Payer(payer_id=text[:MAX_PAYER_ID_CHARS]) if text else None,
        )
        for text in texts
    ]
    for _ in range(2):  # a replay finds what was written the first time
        outcomes = await billing.batch(*charges)
        assert [outcome.result for outcome in outcomes] == [CHARGED] * len(texts)
    assert await written(billing, account) == [(text, text[:MAX_PAYER_ID_CHARS]) for text in texts]
    assert (await billing.balance(account)).available_credits == 0


@pytest.mark.parametrize("odd", ['"', "\\", '","', "{", "'", "NULL,", "\u2028", 'é"\\'])
async def test_an_account_may_be_called_anything(billing: Client, odd: str) -> None:
    account, reserved = odd + new_id(), new_id()
    await billing.grant(account, 50, reference=odd)
    await billing.charge(account, reference=odd)
    await billing.reserve(account, charge_id=reserved)
    await billing.capture(reserved)
    assert (await billing.balance(account)).available_credits == 39
