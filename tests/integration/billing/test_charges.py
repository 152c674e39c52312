from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

import grpc
import psycopg
import pytest

from og.billing.v1 import billing_pb2 as pb
from og_billing.commands import MAX_BALANCE_CREDITS
from og_service.status import RemoteError
from tests.integration.billing.client import (
    PRICES,
    Client,
    Kind,
    buckets,
    called,
    charge_request,
    new_id,
    reason_of,
    serving,
)
from tests.support.stores import FreshDatabase
from tests.support.waiting import eventually

CACHED = pb.CHARGE_KIND_CACHED_CARD
GENERATION = pb.CHARGE_KIND_GENERATION


@pytest.mark.parametrize(("kind", "price"), PRICES.items())
async def test_a_charge_takes_its_kinds_price(billing: Client, kind: Kind, price: int) -> None:
    account = await billing.account(plan=150)
    charged = await billing.charge(account, kind)
    assert charged.charged_credits == price
    assert buckets(charged.balance) == (150 - price, 0, 0)
    assert await billing.balance(account) == charged.balance


@pytest.mark.parametrize(
    ("plan", "pack", "plan_after", "pack_after"),
    [(20, 20, 10, 20), (10, 5, 0, 5), (4, 20, 0, 14), (0, 10, 0, 0), (9, 1, 0, 0)],
)
async def test_plan_credits_go_first(
    billing: Client, plan: int, pack: int, plan_after: int, pack_after: int
) -> None:
    account = await billing.account(plan, pack)
    charged = await billing.charge(account, GENERATION)
    assert buckets(charged.balance) == (plan_after, pack_after, 0)


@pytest.mark.parametrize(("plan", "pack"), [(0, 0), (9, 0), (5, 4)])
async def test_too_little_is_refused_and_nothing_taken(
    billing: Client, plan: int, pack: int
) -> None:
    account = await billing.account(plan, pack)
    with pytest.raises(RemoteError) as refused:
        await billing.charge(account, GENERATION)
    assert refused.value.code is grpc.StatusCode.FAILED_PRECONDITION
    assert refused.value.reason == "INSUFFICIENT_CREDITS"
    assert refused.value.metadata == {"balance_credits": str(plan + pack)}
    assert buckets(await billing.balance(account)) == (plan, pack, 0)


async def test_a_refused_charge_may_be_repeated_after_a_grant(billing: Client) -> None:
    account, charge_id = await billing.account(), new_id()
    assert await reason_of(billing.charge(account, charge_id=charge_id)) == "INSUFFICIENT_CREDITS"
    await billing.grant(account, 5)
    assert (await billing.charge(account, charge_id=charge_id)).charged_credits == 1


async def test_a_repeated_charge_gives_the_original_outcome(billing: Client) -> None:
    account, charge_id = await billing.account(plan=15), new_id()
    first = await billing.charge(account, GENERATION, charge_id=charge_id)
    await billing.charge(account)
    again = await billing.charge(account, GENERATION, charge_id=charge_id.upper())
    assert again == first
    assert (await billing.balance(account)).available_credits == 4


async def test_a_repeated_charge_succeeds_on_an_empty_account(billing: Client) -> None:
    account, charge_id = await billing.account(plan=10), new_id()
    first = await billing.charge(account, GENERATION, charge_id=charge_id)
    assert await billing.charge(account, GENERATION, charge_id=charge_id) == first


async def test_a_charge_id_is_not_for_other_content(billing: Client) -> None:
    account, other = await billing.account(plan=100), await billing.account(plan=100)
    charge_id = new_id()
    await billing.charge(account, charge_id=charge_id, reference="card")
    for conflicting in (
        billing.charge(other, charge_id=charge_id, reference="card"),
        billing.charge(account, GENERATION, charge_id=charge_id, reference="card"),
        billing.charge(account, charge_id=charge_id, reference="another"),
        billing.reserve(account, CACHED, charge_id=charge_id),
        billing.grant(account, 1, charge_id=charge_id, reference="card"),
    ):
        with pytest.raises(RemoteError) as refused:
            await conflicting
        assert refused.value.code is grpc.StatusCode.ALREADY_EXISTS
        assert refused.value.reason == "CHARGE_ID_REUSED"
    assert buckets(await billing.balance(account)) == (99, 0, 0)
    assert buckets(await billing.balance(other)) == (100, 0, 0)


async def test_a_grant_is_made_once(billing: Client) -> None:
    account, charge_id = await billing.account(), new_id()
    first = await billing.grant(account, 7, pb.BUCKET_PACK, charge_id=charge_id)
    assert buckets(first) == (0, 7, 0)
    assert await billing.grant(account, 7, pb.BUCKET_PACK, charge_id=charge_id) == first
    for credits_granted, bucket in ((8, pb.BUCKET_PACK), (7, pb.BUCKET_PLAN)):
        again = billing.grant(account, credits_granted, bucket, charge_id=charge_id)
        assert await reason_of(again) == "CHARGE_ID_REUSED"
    assert buckets(await billing.balance(account)) == (0, 7, 0)


@pytest.mark.parametrize(
    ("credits_had", "kind"), [(57, CACHED), (135, GENERATION), (0, CACHED), (200, CACHED)]
)
async def test_of_200_concurrent_charges_exactly_those_paid_for_succeed(
    billing: Client, credits_had: int, kind: Kind
) -> None:
    account = await billing.account(plan=credits_had // 2, pack=credits_had - credits_had // 2)
    reasons = await asyncio.gather(*(reason_of(billing.charge(account, kind)) for _ in range(200)))
    affordable = credits_had // PRICES[kind]
    assert Counter(reasons) == Counter(OK=affordable, INSUFFICIENT_CREDITS=200 - affordable)
    left = credits_had - affordable * PRICES[kind]
    assert (await billing.balance(account)).available_credits == left


async def test_one_charge_id_sent_100_times_at_once_is_charged_once(billing: Client) -> None:
    account, charge_id = await billing.account(plan=1000), new_id()
    answers = await asyncio.gather(
        *(billing.charge(account, GENERATION, charge_id=charge_id) for _ in range(100))
    )
    assert all(answer == answers[0] for answer in answers)
    assert buckets(await billing.balance(account)) == (990, 0, 0)


async def test_each_charge_of_a_batch_stands_for_itself(billing: Client) -> None:
    rich, poor = await billing.account(plan=10, pack=5), await billing.account(plan=3)
    first = charge_request(rich, GENERATION)
    outcomes = await billing.batch(
        first,
        charge_request(poor, GENERATION),
        first,
        charge_request(poor, GENERATION, charge_id=first.charge_id),
        charge_request(poor),
        charge_request(rich, GENERATION),
        charge_request(rich),
    )
    assert [
        (outcome.result, outcome.charged_credits, buckets(outcome.balance)) for outcome in outcomes
    ] == [
        (pb.CHARGE_RESULT_CHARGED, 10, (0, 5, 0)),
        (pb.CHARGE_RESULT_INSUFFICIENT_CREDITS, 0, (3, 0, 0)),
        (pb.CHARGE_RESULT_CHARGED, 10, (0, 5, 0)),
        (pb.CHARGE_RESULT_CHARGE_ID_REUSED, 0, (3, 0, 0)),
        (pb.CHARGE_RESULT_CHARGED, 1, (2, 0, 0)),
        (pb.CHARGE_RESULT_INSUFFICIENT_CREDITS, 0, (0, 5, 0)),
        (pb.CHARGE_RESULT_CHARGED, 1, (0, 4, 0)),
    ]


async def test_a_full_batch_over_many_accounts(billing: Client) -> None:
    accounts = [await billing.account(plan=100) for _ in range(5)]
    charges = [charge_request(accounts[n % 5]) for n in range(1000)]
    outcomes = await billing.batch(*charges)
    assert Counter(outcome.result for outcome in outcomes) == {
        pb.CHARGE_RESULT_CHARGED: 500,
        pb.CHARGE_RESULT_INSUFFICIENT_CREDITS: 500,
    }
    again = await billing.batch(*charges)
    assert again == outcomes


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.ChargeRequest(charge_id="", account_id="a", kind=CACHED), "charge_id"),
        (pb.ChargeRequest(charge_id="1" * 32, account_id="a", kind=CACHED), "charge_id"),
        (pb.ChargeRequest(charge_id=new_id() + "\n", account_id="a", kind=CACHED), "charge_id"),
        (pb.ChargeRequest(charge_id=new_id(), kind=CACHED), "account_id"),
        (charge_request("a\0b"), "account_id"),
        (charge_request("a" * 129), "account_id"),
        (charge_request("a", pb.CHARGE_KIND_UNSPECIFIED), "kind"),
        (pb.ChargeRequest(charge_id=new_id(), account_id="a", kind=99), "kind"),  # type: ignore[arg-type]
        (charge_request("a", reference="r" * 129), "reference"),
        (charge_request("a", reference="\0"), "reference"),
    ],
)
async def test_a_wrong_charge_is_refused_by_the_name_of_its_field(
    billing: Client, request_: pb.ChargeRequest, field: str
) -> None:
    with pytest.raises(RemoteError, match=f"INVALID_REQUEST: {field}: must") as refused:
        await called(billing.stub.Charge, request_)
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    batch = pb.BatchChargeRequest(charges=[charge_request("a"), request_])
    with pytest.raises(RemoteError, match=rf"charges\[1\].{field}: must"):
        await called(billing.stub.BatchCharge, batch)


@pytest.mark.parametrize("size", [0, 1001])
async def test_a_batch_has_its_bounds(billing: Client, size: int) -> None:
    charges = [charge_request("a")] * size
    with pytest.raises(RemoteError, match="INVALID_REQUEST: charges: must be 1 to 1,000"):
        await billing.batch(*charges)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"credits": 0}, "credits"),
        ({"credits": -5}, "credits"),
        ({"credits": 1_000_000_001}, "credits"),
        ({"bucket": pb.BUCKET_UNSPECIFIED}, "bucket"),
        ({"account_id": ""}, "account_id"),
        ({"charge_id": "me"}, "charge_id"),
    ],
)
async def test_a_wrong_grant_is_refused(
    billing: Client, changes: dict[str, object], field: str
) -> None:
    right = {"charge_id": new_id(), "account_id": "a", "credits": 1, "bucket": pb.BUCKET_PLAN}
    with pytest.raises(RemoteError, match=f"INVALID_REQUEST: {field}: must"):
        await called(billing.stub.Grant, pb.GrantRequest(**(right | changes)))  # type: ignore[arg-type]


async def test_a_grant_that_a_balance_cannot_hold_is_refused_and_changes_nothing(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    async with serving(dsn) as client:
        account = await client.account(plan=3, pack=2)
        with psycopg.connect(admin_of(dsn), autocommit=True) as connection:
            connection.execute(
                "UPDATE billing.balances SET pack_credits = %s", (MAX_BALANCE_CREDITS - 3 - 10,)
            )
        for bucket in (pb.BUCKET_PLAN, pb.BUCKET_PACK):
            with pytest.raises(RemoteError, match="grant less") as refused:
                await client.grant(account, 11, bucket)
            assert refused.value.code is grpc.StatusCode.FAILED_PRECONDITION
            assert refused.value.reason == "BALANCE_TOO_LARGE"
        assert len((await client.page(account))[0]) == 2
        left = await client.grant(account, 10)
        assert left.available_credits == MAX_BALANCE_CREDITS


async def test_who_repeats_anothers_charge_id_learns_nothing_of_the_other(billing: Client) -> None:
    owner, other = await billing.account(pack=777), await billing.account(pack=10)
    charge_id = new_id()
    await billing.charge(owner, GENERATION, charge_id=charge_id, reference="secret")
    for call in (billing.charge, billing.reserve):
        with pytest.raises(RemoteError) as refused:
            await call(other, GENERATION, charge_id=charge_id)
        assert refused.value.reason == "CHARGE_ID_REUSED"
        said = f"{refused.value} {dict(refused.value.metadata)}"
        assert not any(word in said for word in (owner, "secret", "777", "767"))
    [outcome] = await billing.batch(charge_request(other, GENERATION, charge_id=charge_id))
    assert buckets(outcome.balance) == (0, 10, 0)
    assert buckets(await billing.balance(owner)) == (0, 767, 0)


async def test_an_unknown_account_has_nothing(billing: Client) -> None:
    assert buckets(await billing.balance("nobody")) == (0, 0, 0)
    assert await billing.page("nobody") == ([], "")


async def test_plans_from_when_there_was_one_account_read_no_others(
    fresh_database: FreshDatabase, admin_of: Callable[[str], str]
) -> None:
    dsn = fresh_database("billing")
    with psycopg.connect(admin_of(dsn), autocommit=True) as admin:
        # Or the plans would be made anew, some time within a minute.
        admin.execute("ALTER TABLE billing.balances SET (autovacuum_enabled = off)")
        async with serving(dsn) as client:
            account = await client.account(plan=100)
            admin.execute("ANALYZE")
            for _ in range(30):  # the driver has prepared its queries, and the server keeps plans
                await client.charge(account)
            admin.execute(
                "INSERT INTO billing.balances (account_id)"
                " SELECT 'other ' || n FROM generate_series(1, 2000) n"
            )
            await client.charge(account)
        others = (
            "SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'og_billing'"
        )
        await eventually(lambda: not admin.execute(others).rowcount)  # all told what they read
        [(read,)] = admin.execute(
            "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'balances'"
        ).fetchall()
    assert read < 2_000
