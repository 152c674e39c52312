from __future__ import annotations

import asyncio
import random
from collections import Counter
from functools import partial

import psycopg

from og.billing.v1 import billing_pb2 as pb
from tests.integration.billing.client import (
    audit,
    buckets,
    charge_request,
    charged_ids,
    new_id,
    reason_of,
    repeated,
    serving,
)
from tests.support.stores import FreshDatabase


async def test_three_replicas_on_shared_accounts(fresh_database: FreshDatabase) -> None:
    """Every charge is sent to all replicas at once, in batches whose accounts cross."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - to repeat it
    order = random.Random(seed)
    dsn = fresh_database("billing")
    async with serving(dsn) as one, serving(dsn) as two, serving(dsn) as three:
        accounts = [await one.account(plan=30, pack=30) for _ in range(8)]
        charges = [charge_request(order.choice(accounts)) for _ in range(300)]
        batches = []
        for replica in (one, two, three):
            shuffled = order.sample(charges, len(charges))
            batches += [replica.batch(*shuffled[n : n + 20]) for n in range(0, 300, 20)]
        outcomes = [outcome for batch in await asyncio.gather(*batches) for outcome in batch]
        assert {outcome.result for outcome in outcomes} == {pb.CHARGE_RESULT_CHARGED}
        sent = Counter(charge.account_id for charge in charges)
        for account in accounts:
            assert sum((await charged_ids(one, account)).values()) == sent[account]
            assert (await two.balance(account)).available_credits == 60 - sent[account]
    assert (await audit(dsn)).passed


async def test_one_charge_id_for_two_accounts_at_once(fresh_database: FreshDatabase) -> None:
    dsn = fresh_database("billing")
    async with serving(dsn) as one, serving(dsn) as two:
        first, second = await one.account(plan=100), await one.account(plan=100)
        reasons = Counter[str]()
        for _ in range(50):
            charge_id = new_id()
            reasons.update(
                await asyncio.gather(
                    reason_of(repeated(partial(one.charge, first, charge_id=charge_id))),
                    reason_of(repeated(partial(two.charge, second, charge_id=charge_id))),
                )
            )
        assert reasons == Counter(OK=50, CHARGE_ID_REUSED=50)
        left = [(await one.balance(account)).available_credits for account in (first, second)]
        assert sum(left) == 150
    assert (await audit(dsn)).passed


# As every version before `paid_from` writes a charge.
CHARGE_OF_A_VERSION_BEFORE = """
WITH spent AS (
    UPDATE billing.balances SET plan_credits = plan_credits - 1 WHERE account_id = %(account)s
    RETURNING plan_credits, pack_credits, held_credits
), entry AS (
    INSERT INTO billing.entries (
        charge_id, action, account_id, kind, credits, reference,
        plan_credits, pack_credits, held_credits, create_time, payer_id
    ) SELECT %(id)s, 'charge', %(account)s, 'cached_card', 1, %(reference)s, spent.*, now(), ''
    FROM spent
), transfer AS (
    INSERT INTO billing.transfers (charge_id, closes, account_id, debit, credit, credits)
    VALUES (%(id)s, false, %(account)s, 'plan', 'revenue', 1)
)
INSERT INTO billing.daily_spending AS d
VALUES (%(account)s, (now() AT TIME ZONE 'UTC')::date, '', 1, 0, 1)
ON CONFLICT (account_id, day, payer_id)
DO UPDATE SET credits = d.credits + 1, cached_cards = d.cached_cards + 1
"""


async def test_a_version_before_writes_beside_this_one(fresh_database: FreshDatabase) -> None:
    dsn = fresh_database("billing")
    async with serving(dsn) as client, await psycopg.AsyncConnection.connect(dsn) as before:
        account = await client.account(plan=10)
        for _ in range(2):
            request = charge_request(account)
            params = {"id": request.charge_id, "account": account, "reference": request.reference}
            await before.execute(CHARGE_OF_A_VERSION_BEFORE, params)
            await before.commit()
            [written] = await client.batch(request)
            assert written.result == pb.CHARGE_RESULT_CHARGED
            [fresh] = await client.batch(charge_request(account))
            assert buckets(fresh.balance)[0] == buckets(written.balance)[0] - 1
        assert buckets(await client.balance(account)) == (6, 0, 0)
    assert (await audit(dsn)).passed


async def test_new_accounts_granted_by_all_replicas_at_once(fresh_database: FreshDatabase) -> None:
    dsn = fresh_database("billing")
    accounts = [f"acct_{number}" for number in range(20)]
    async with serving(dsn) as one, serving(dsn) as two:
        await asyncio.gather(
            *(client.grant(account, 5) for client in (one, two) for account in accounts)
        )
        for account in accounts:
            assert buckets(await one.balance(account)) == (10, 0, 0)
    assert (await audit(dsn)).passed
