"""The service as its callers see it, and services to call."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import uuid4

import grpc
import psycopg
from google.protobuf.duration_pb2 import Duration

from og.billing.v1 import billing_pb2 as pb
from og.billing.v1 import billing_pb2_grpc
from og_billing.audit import Audit, add_up
from og_billing.server import DOMAIN, compose
from og_billing.settings import Settings
from og_service.status import RemoteError, from_rpc_error
from og_service.testing import serve_in_process

if TYPE_CHECKING:
    from og.billing.v1.billing_pb2_grpc import BillingServiceAsyncStub

CALL_TIMEOUT_S = 30
PRICES = {
    pb.CHARGE_KIND_CACHED_CARD: 1,
    pb.CHARGE_KIND_GENERATION: 10,
    pb.CHARGE_KIND_AI_GENERATION: 100,
}
T = TypeVar("T")
Kind: TypeAlias = "pb.ChargeKind.ValueType"


def new_id() -> str:
    return str(uuid4())


def settings_for(dsn: str) -> Settings:
    return Settings.model_validate({"DATABASE_URL": dsn, "callers": {"edge": "x" * 32}})


class Client:
    """One call a method, each with a deadline; raises RemoteError."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.stub: BillingServiceAsyncStub = billing_pb2_grpc.BillingServiceStub(channel)

    async def grant(
        self,
        account_id: str,
        credits_granted: int,
        bucket: pb.Bucket.ValueType = pb.BUCKET_PLAN,
        *,
        charge_id: str | None = None,
        reference: str = "",
    ) -> pb.Balance:
        request = pb.GrantRequest(
            charge_id=charge_id or new_id(),
            account_id=account_id,
            credits=credits_granted,
            bucket=bucket,
            reference=reference,
        )
        return (await called(self.stub.Grant, request)).balance

    async def account(self, plan: int = 0, pack: int = 0) -> str:
        """Make an account that has this."""
        account_id = f"acct_{new_id()}"
        if plan:
            await self.grant(account_id, plan)
        if pack:
            await self.grant(account_id, pack, pb.BUCKET_PACK)
        return account_id

    async def charge(
        self,
        account_id: str,
        kind: Kind = pb.CHARGE_KIND_CACHED_CARD,
        *,
        charge_id: str | None = None,
        reference: str = "",
        payer: pb.Payer | None = None,
    ) -> pb.ChargeResponse:
        request = charge_request(
            account_id, kind, charge_id=charge_id, reference=reference, payer=payer
        )
        return await called(self.stub.Charge, request)

    async def batch(self, *charges: pb.ChargeRequest) -> list[pb.ChargeOutcome]:
        request = pb.BatchChargeRequest(charges=charges)
        return list((await called(self.stub.BatchCharge, request)).outcomes)

    async def reserve(
        self,
        account_id: str,
        kind: Kind = pb.CHARGE_KIND_GENERATION,
        *,
        charge_id: str | None = None,
        hold_s: int = 60,
        payer: pb.Payer | None = None,
    ) -> pb.ReserveResponse:
        request = pb.ReserveRequest(
            charge=charge_request(account_id, kind, charge_id=charge_id, payer=payer),
            hold_duration=Duration(seconds=hold_s),
        )
        return await called(self.stub.Reserve, request)

    async def capture(
        self, charge_id: str, kind: Kind = pb.CHARGE_KIND_UNSPECIFIED
    ) -> pb.CaptureResponse:
        return await called(self.stub.Capture, pb.CaptureRequest(charge_id=charge_id, kind=kind))

    async def release(self, charge_id: str) -> pb.ReleaseResponse:
        return await called(self.stub.Release, pb.ReleaseRequest(charge_id=charge_id))

    async def balance(self, account_id: str) -> pb.Balance:
        request = pb.GetBalanceRequest(account_id=account_id)
        return (await called(self.stub.GetBalance, request)).balance

    async def page(
        self, account_id: str, size: int = 0, token: str = ""
    ) -> tuple[list[pb.Entry], str]:
        request = pb.ListEntriesRequest(account_id=account_id, page_size=size, page_token=token)
        answer = await called(self.stub.ListEntries, request)
        return list(answer.entries), answer.next_page_token

    async def days(
        self, account_id: str, size: int = 0, token: str = ""
    ) -> tuple[list[pb.DailySpending], str]:
        request = pb.ListDailySpendingRequest(
            account_id=account_id, page_size=size, page_token=token
        )
        answer = await called(self.stub.ListDailySpending, request)
        return list(answer.days), answer.next_page_token

    async def set_plan(self, account_id: str, plan_id: str) -> pb.SetPlanResponse:
        request = pb.SetPlanRequest(account_id=account_id, plan_id=plan_id)
        return await called(self.stub.SetPlan, request)

    async def subscription(self, account_id: str) -> pb.Subscription:
        request = pb.GetSubscriptionRequest(account_id=account_id)
        return (await called(self.stub.GetSubscription, request)).subscription

    async def set_low_balance(self, account_id: str, credits_left: int) -> pb.Subscription:
        request = pb.SetLowBalanceRequest(account_id=account_id, low_balance_credits=credits_left)
        return (await called(self.stub.SetLowBalance, request)).subscription

    async def notices(
        self, account_id: str = "", size: int = 0, token: str = ""
    ) -> tuple[list[pb.Notice], str]:
        request = pb.ListNoticesRequest(account_id=account_id, page_size=size, page_token=token)
        answer = await called(self.stub.ListNotices, request)
        return list(answer.notices), answer.next_page_token

    async def balances(self, size: int = 0, token: str = "") -> tuple[dict[str, pb.Balance], str]:
        request = pb.ListBalancesRequest(page_size=size, page_token=token)
        answer = await called(self.stub.ListBalances, request)
        return {each.account_id: each.balance for each in answer.balances}, answer.next_page_token


def charge_request(
    account_id: str,
    kind: Kind = pb.CHARGE_KIND_CACHED_CARD,
    *,
    charge_id: str | None = None,
    reference: str = "",
    payer: pb.Payer | None = None,
) -> pb.ChargeRequest:
    return pb.ChargeRequest(
        charge_id=charge_id or new_id(),
        account_id=account_id,
        kind=kind,
        reference=reference,
        payer=payer,
    )


async def called(method: Callable[..., Awaitable[T]], request: Any) -> T:
    try:
        return await method(request, timeout=CALL_TIMEOUT_S)
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from None


async def reason_of(call: Awaitable[object]) -> str:
    """Give the reason for which the call is refused, or OK."""
    try:
        await call
    except RemoteError as error:
        return error.reason
    return "OK"


def buckets(balance: pb.Balance) -> tuple[int, int, int]:
    """Give plan, pack and reserved, after looking whether available is right."""
    assert balance.available_credits == balance.plan_credits + balance.pack_credits
    return balance.plan_credits, balance.pack_credits, balance.reserved_credits


@asynccontextmanager
async def serving(dsn: str) -> AsyncIterator[Client]:
    """Run the whole service in this process."""
    async with (
        compose(settings_for(dsn)) as services,
        serve_in_process(services, DOMAIN) as channel,
    ):
        yield Client(channel)


async def audit(dsn: str) -> Audit:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        return await add_up(connection)


async def until(condition: Callable[[], Awaitable[object]], timeout_s: float = 15) -> None:
    """Return as soon as the condition holds."""
    async with asyncio.timeout(timeout_s):
        while not await condition():  # noqa: ASYNC110 - it is another process that changes it
            await asyncio.sleep(0.005)


async def available(client: Client, account_id: str) -> int:
    return (await repeated(partial(client.balance, account_id))).available_credits


async def has_at_most(client: Client, account_id: str, credits_left: int) -> bool:
    return await available(client, account_id) <= credits_left


async def holds_nothing(client: Client, account_id: str) -> bool:
    return not (await client.balance(account_id)).reserved_credits


async def repeated(call: Callable[[], Awaitable[T]]) -> T:
    """Call until the outcome is known, as callers are told to."""
    while True:
        try:
            return await call()
        except RemoteError as error:
            if not error.outcome_unknown:
                raise
            await asyncio.sleep(0.02)


async def spend(client: Client, account_id: str, charge_ids: Sequence[str], workers: int) -> None:
    """Charge a cached card under each id, some at once, each until it is known to be charged."""
    waiting = list(charge_ids)

    async def work() -> None:
        while waiting:
            charge_id = waiting.pop()
            answer = await repeated(partial(client.charge, account_id, charge_id=charge_id))
            assert answer.charged_credits == 1

    await asyncio.gather(*(work() for _ in range(workers)))


async def charged_ids(client: Client, account_id: str) -> Counter[str]:
    """Count how often each id was charged, by the account's whole statement."""
    counted, token, first = Counter[str](), "", True
    while first or token:
        entries, token = await client.page(account_id, 1000, token)
        counted.update(e.charge_id for e in entries if e.charged_credits)
        first = False
    return counted


async def kinds(client: Client, account_id: str) -> list[tuple[str, int]]:
    """Give kind and difference of an account's entries, the oldest first."""
    entries, _ = await client.page(account_id)
    return [
        (pb.EntryKind.Name(e.kind).removeprefix("ENTRY_KIND_"), e.available_delta_credits)
        for e in reversed(entries)
    ]


async def someone_is_blocked(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether a service waits for a lock in the database."""
    return await are_blocked(connection, 1)


async def are_blocked(connection: psycopg.AsyncConnection[Any], number: int) -> bool:
    """Whether so many or more wait for a lock in the database."""
    cursor = await connection.execute(
        "SELECT 1 FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return len(await cursor.fetchall()) >= number
