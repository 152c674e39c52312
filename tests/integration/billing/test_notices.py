from __future__ import annotations

import asyncio

import pytest

from og.billing.v1 import billing_pb2 as pb
from og_service.status import RemoteError
from tests.integration.billing.client import Client, new_id, serving
from tests.support.stores import FreshDatabase

LOW, OUT = pb.NOTICE_KIND_LOW_BALANCE, pb.NOTICE_KIND_OUT_OF_CREDITS
GENERATION, AI = pb.CHARGE_KIND_GENERATION, pb.CHARGE_KIND_AI_GENERATION


async def told(client: Client, account: str) -> list[tuple[pb.NoticeKind.ValueType, int]]:
    notices, _ = await client.notices(account)
    assert {notice.account_id for notice in notices} <= {account}
    return [(notice.kind, notice.available_credits) for notice in reversed(notices)]


async def test_an_account_is_told_once_when_its_balance_is_low_and_when_it_is_out(
    billing: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    account = f"acct_{new_id()}"
    await billing.set_plan(account, "free")
    await billing.set_low_balance(account, 50)
    for _ in range(9):
        await billing.charge(account, GENERATION)
    assert await told(billing, account) == [(LOW, 40)]
    for _ in range(5):
        await billing.charge(account)
    assert await told(billing, account) == [(LOW, 40), (OUT, 9)]
    logged = [line for line in capsys.readouterr().out.splitlines() if account in line]
    assert ["low_balance" in line for line in logged] == [True, False]
    assert "out_of_credits" in logged[1]


async def test_what_is_set_aside_and_comes_back_is_nothing_to_be_told_of(billing: Client) -> None:
    account = await billing.account(pack=105)
    for _ in range(3):
        charge_id = new_id()
        await billing.reserve(account, AI, charge_id=charge_id)
        await billing.release(charge_id)
    assert await told(billing, account) == []
    charge_id = new_id()
    await billing.reserve(account, AI, charge_id=charge_id)
    await billing.capture(charge_id)
    assert await told(billing, account) == [(OUT, 5)]


async def test_charges_at_once_tell_once(billing: Client) -> None:
    account = await billing.account(plan=60)
    await asyncio.gather(*(billing.charge(account) for _ in range(60)))
    assert await told(billing, account) == [(OUT, 9)]


async def test_notices_are_listed_newest_first_for_one_account_or_all(
    fresh_database: FreshDatabase,
) -> None:
    async with serving(fresh_database("billing")) as client:
        accounts = [await client.account(plan=10) for _ in range(5)]
        for account in accounts:
            await client.charge(account)
        seen, token = list[pb.Notice](), ""
        while not seen or token:
            notices, token = await client.notices(size=2, token=token)
            seen += notices
        assert [notice.account_id for notice in seen] == accounts[::-1]
        ids = [notice.notice_id for notice in seen]
        assert ids == sorted(ids, reverse=True)
        assert (await client.notices(accounts[2]))[0] == [seen[2]]
        assert await client.notices("nobody") == ([], "")


@pytest.mark.parametrize(
    ("account", "size", "token", "field"),
    [
        ("a" * 129, 1, "", "account_id"),
        ("a\0", 1, "", "account_id"),
        ("", -1, "", "page_size"),
        ("", 1001, "", "page_size"),
        ("a", 1, "newest", "page_token"),
    ],
)
async def test_a_wrong_request_for_notices_is_refused(
    billing: Client, account: str, size: int, token: str, field: str
) -> None:
    with pytest.raises(RemoteError, match=f"INVALID_REQUEST: {field}: must"):
        await billing.notices(account, size, token)
