"""What an account affords is sold exactly, however many ask at once and of whichever replica."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.client import audit, buckets, charge_request, new_id
from tests.integration.billing.crowd import (
    Answer,
    Crowd,
    all_at_once,
    crowd_before,
    reasons,
    statement,
)
from tests.integration.billing.processes import Process
from tests.support.database_clock import DatabaseClock
from tests.support.seeds import rng
from tests.support.stores import FreshDatabase

__all__ = ["rng"]

CALLERS = 10_000
REPLICAS = 2

# Generous: ten thousand callers share this machine's processors with all they call.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
async def crowd(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> AsyncIterator[Crowd]:
    """Whatever the tests did, the ledger adds up after them; it is always noon of one day."""
    dsn = fresh_database("billing")
    DatabaseClock(admin_of(dsn), "og_billing", datetime(2027, 1, 31, 12, tzinfo=UTC)).close()
    replicas = [Process(dsn) for _ in range(REPLICAS)]
    try:
        for replica in replicas:
            replica.start()
        async with crowd_before(replicas) as crowd:
            yield crowd
    finally:
        for replica in replicas:
            replica.kill()
    found = await audit(dsn)
    assert found.passed, found


async def test_ten_thousand_callers_and_what_the_account_affords(
    crowd: Crowd, rng: random.Random
) -> None:
    affords = rng.randrange(1, CALLERS)
    account = await crowd.client.account(plan=affords // 2 + 1, pack=affords - affords // 2 - 1)
    answers = await all_at_once(crowd.charge(account) for _ in range(CALLERS))
    left = CALLERS - affords
    assert reasons(answers) == Counter(OK=affords, INSUFFICIENT_CREDITS=left)
    assert buckets(await crowd.client.balance(account)) == (0, 0, 0)
    lines = await statement(crowd.client, account)
    assert sum(line.charged_credits for line in lines) == affords


async def test_ten_thousand_charges_in_batches_of_hundreds(
    crowd: Crowd, rng: random.Random
) -> None:
    affords = rng.randrange(1, CALLERS)
    account = await crowd.client.account(pack=affords)
    charges = [charge_request(account) for _ in range(CALLERS)]
    # Each is asked for twice, in another batch and perhaps of the other replica.
    twice = [*charges, *rng.sample(charges, CALLERS)]
    size = 400
    batches = [
        crowd.ask("BatchCharge", pb.BatchChargeRequest(charges=twice[n : n + size]))
        for n in range(0, len(twice), size)
    ]
    outcomes = [
        outcome for answer in await all_at_once(batches) for outcome in answer.message.outcomes
    ]
    pairs = zip(twice, outcomes, strict=True)
    charged = {c.charge_id for c, o in pairs if o.result == pb.CHARGE_RESULT_CHARGED}
    assert len(charged) == affords
    results = Counter(outcome.result for outcome in outcomes)
    assert set(results) == {pb.CHARGE_RESULT_CHARGED, pb.CHARGE_RESULT_INSUFFICIENT_CREDITS}
    assert buckets(await crowd.client.balance(account)) == (0, 0, 0)
    lines = await statement(crowd.client, account)
    assert sorted(line.charge_id for line in lines if line.charged_credits) == sorted(charged)


async def test_ten_thousand_reservations(crowd: Crowd, rng: random.Random) -> None:
    affords, rest = rng.randrange(1, CALLERS // 10), rng.randrange(10)
    account = await crowd.client.account(plan=7, pack=affords * 10 + rest - 7)
    answers = await all_at_once(crowd.reserve(account) for _ in range(CALLERS))
    left = CALLERS - affords
    assert reasons(answers) == Counter(OK=affords, INSUFFICIENT_CREDITS=left)
    assert buckets(await crowd.client.balance(account)) == (0, rest, affords * 10)
    await statement(crowd.client, account)


async def test_a_crowd_that_charges_reserves_captures_and_releases(
    crowd: Crowd, rng: random.Random
) -> None:
    """Too few credits for all of it; what was paid and what is left is what was there."""
    began = 4_000
    account = await crowd.client.account(plan=began // 2, pack=began // 2)

    async def reserved_and_closed(how: str) -> Answer:
        charge_id = new_id()
        answer = await crowd.reserve(account, charge_id=charge_id)
        if answer.reason != "OK":
            return answer
        if how == "Release":
            return await crowd.ask("Release", pb.ReleaseRequest(charge_id=charge_id))
        request = pb.CaptureRequest(charge_id=charge_id)
        if how == "CaptureLess":
            request.kind = pb.CHARGE_KIND_CACHED_CARD
        return await crowd.ask("Capture", request)

    ways = ["Charge", "Capture", "CaptureLess", "Release"]
    chosen = rng.choices(ways, weights=[5, 2, 1, 2], k=3_000)
    answers = await all_at_once(
        crowd.charge(account) if how == "Charge" else reserved_and_closed(how) for how in chosen
    )
    assert set(reasons(answers)) <= {"OK", "INSUFFICIENT_CREDITS"}
    prices = {"Charge": 1, "Capture": 10, "CaptureLess": 1, "Release": 0}
    pairs = zip(chosen, answers, strict=True)
    paid = sum(prices[how] for how, answer in pairs if answer.reason == "OK")
    plan, pack, held = buckets(await crowd.client.balance(account))
    assert (plan + pack, held) == (began - paid, 0)
    lines = await statement(crowd.client, account)
    assert sum(line.charged_credits for line in lines) == paid


async def test_a_hundred_callers_with_one_id(crowd: Crowd) -> None:
    account = await crowd.client.account(plan=500)
    for turn in range(20):
        if turn % 2:
            request = charge_request(account)
            calls = [crowd.ask("Charge", request) for _ in range(100)]
        else:
            charge_id = new_id()
            calls = [crowd.reserve(account, charge_id=charge_id) for _ in range(100)]
        answers = await all_at_once(calls)
        assert reasons(answers) == Counter(OK=100)
        assert len({answer.message.SerializeToString() for answer in answers}) == 1
    assert buckets(await crowd.client.balance(account)) == (390, 0, 100)
    assert len(await statement(crowd.client, account)) == 1 + 20


async def test_ten_thousand_callers_and_what_a_payer_may_spend(
    crowd: Crowd, rng: random.Random
) -> None:
    may = rng.randrange(1, CALLERS)
    account = await crowd.client.account(plan=CALLERS)
    payer = pb.Payer(payer_id="site_1", daily_credits_max=may)
    answers = await all_at_once(crowd.charge(account, payer) for _ in range(CALLERS))
    assert reasons(answers) == Counter(OK=may, DAILY_CREDITS_REACHED=CALLERS - may)
    assert buckets(await crowd.client.balance(account)) == (CALLERS - may, 0, 0)
    # Nobody else has to do with it.
    assert (await crowd.charge(account)).reason == "OK"


async def test_a_crowd_and_how_many_new_cards_a_site_may_have(
    crowd: Crowd, rng: random.Random
) -> None:
    callers, may = 2_000, rng.randrange(1, 200)
    account = await crowd.client.account(pack=callers * 10)
    payer = pb.Payer(payer_id="site_1", daily_generations_max=may)
    answers = await all_at_once(crowd.reserve(account, payer=payer) for _ in range(callers))
    assert reasons(answers) == Counter(OK=may, DAILY_GENERATIONS_REACHED=callers - may)
    assert buckets(await crowd.client.balance(account)) == (0, (callers - may) * 10, may * 10)
