# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

from typing import Any, Final, TypeAlias

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_billing.commands import (
    Grant,
    Release,
    Reserve,
    SetLowBalance,
    SetPlan,
    check_account_id,
    parse_charge_id,
)
from og_billing.errors import InvalidRequestError, SubscriptionNotFoundError
from og_billing.messages import (
    BUCKETS,
    from_account_balance,
    from_balance,
    from_day_position,
    from_entry,
    from_notice,
    from_outcomes,
    from_spending,
    from_subscription,
    from_time,
    to_account_position,
    to_capture,
    to_charge,
    to_day_position,
    to_hold,
    to_position,
)
from og_billing.months import Standing
from og_billing.store import LedgerStore
from og_billing.writer import Writer

MAX_BATCH_CHARGES: Final = 1_000
MAX_PAGE_SIZE: Final = 1_000
DEFAULT_PAGE_SIZE: Final = 100

# In quotes: grpc's classes are generic in their stubs only.
Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class BillingServicer(billing_pb2_grpc.BillingServiceServicer):
    """og.billing.v1.BillingService."""

    def __init__(self, store: LedgerStore, writer: Writer) -> None:
        self._store = store
        self._writer = writer

    async def Charge(
        self, request: billing_pb2.ChargeRequest, context: Call
    ) -> billing_pb2.ChargeResponse:
        """Take credits."""
        entry = await self._writer.write(to_charge(request))
        return billing_pb2.ChargeResponse(
            charged_credits=entry.credits, balance=from_balance(entry.balance)
        )

    async def BatchCharge(
        self, request: billing_pb2.BatchChargeRequest, context: Call
    ) -> billing_pb2.BatchChargeResponse:
        """Take credits for many charges in one transaction."""
        if not 1 <= len(request.charges) <= MAX_BATCH_CHARGES:
            raise InvalidRequestError("charges", f"must be 1 to {MAX_BATCH_CHARGES:,}")
        charges = [to_charge(each, f"charges[{n}].") for n, each in enumerate(request.charges)]
        return from_outcomes(await self._writer.write_all(charges))

    async def Reserve(
        self, request: billing_pb2.ReserveRequest, context: Call
    ) -> billing_pb2.ReserveResponse:
        """Set credits aside."""
        charge = to_charge(request.charge, "charge.")
        entry = await self._writer.write(Reserve(charge, to_hold(request.hold_duration)))
        return billing_pb2.ReserveResponse(
            reserved_credits=entry.credits,
            balance=from_balance(entry.balance),
            expire_time=from_time(entry.expire_time) if entry.expire_time else None,
        )

    async def Capture(
        self, request: billing_pb2.CaptureRequest, context: Call
    ) -> billing_pb2.CaptureResponse:
        """Take what was reserved."""
        entry = await self._writer.write(to_capture(request))
        return billing_pb2.CaptureResponse(
            charged_credits=entry.credits, balance=from_balance(entry.balance)
        )

    async def Release(
        self, request: billing_pb2.ReleaseRequest, context: Call
    ) -> billing_pb2.ReleaseResponse:
        """Give back what was reserved."""
        entry = await self._writer.write(Release(parse_charge_id(request.charge_id)))
        return billing_pb2.ReleaseResponse(balance=from_balance(entry.balance))

    async def Grant(
        self, request: billing_pb2.GrantRequest, context: Call
    ) -> billing_pb2.GrantResponse:
        """Add credits."""
        if (bucket := BUCKETS.get(request.bucket)) is None:
            raise InvalidRequestError("bucket", "must be BUCKET_PLAN or BUCKET_PACK")
        charge_id = parse_charge_id(request.charge_id)
        entry = await self._writer.write(
            Grant(charge_id, request.account_id, request.credits, bucket, request.reference)
        )
        return billing_pb2.GrantResponse(balance=from_balance(entry.balance))

    async def GetBalance(
        self, request: billing_pb2.GetBalanceRequest, context: Call
    ) -> billing_pb2.GetBalanceResponse:
        """Tell what an account has."""
        check_account_id(request.account_id)
        standing = await self._store.standing(request.account_id)
        return billing_pb2.GetBalanceResponse(balance=from_balance(standing.balance))

    async def ListEntries(
        self, request: billing_pb2.ListEntriesRequest, context: Call
    ) -> billing_pb2.ListEntriesResponse:
        """List what happened, newest first."""
        check_account_id(request.account_id)
        size = _page_size(request.page_size)
        before = to_position(request.page_token)
        # One more than asked for tells whether there is a next page.
        lines = await self._store.statement(request.account_id, before, size + 1)
        return billing_pb2.ListEntriesResponse(
            entries=[from_entry(line.entry) for line in lines[:size]],
            next_page_token=str(lines[size - 1].position) if len(lines) > size else "",
        )

    async def ListBalances(
        self, request: billing_pb2.ListBalancesRequest, context: Call
    ) -> billing_pb2.ListBalancesResponse:
        """List what every account has."""
        size = _page_size(request.page_size)
        after = to_account_position(request.page_token)
        found = await self._store.standings(after, size + 1)
        return billing_pb2.ListBalancesResponse(
            balances=[from_account_balance(id_, each.balance) for id_, each in found[:size]],
            next_page_token=found[size - 1][0] if len(found) > size else "",
        )

    async def SetPlan(
        self, request: billing_pb2.SetPlanRequest, context: Call
    ) -> billing_pb2.SetPlanResponse:
        """Put an account on a plan."""
        standing = await self._writer.write(SetPlan(request.account_id, request.plan_id))
        return billing_pb2.SetPlanResponse(
            subscription=_subscription(standing), balance=from_balance(standing.balance)
        )

    async def GetSubscription(
        self, request: billing_pb2.GetSubscriptionRequest, context: Call
    ) -> billing_pb2.GetSubscriptionResponse:
        """Tell what an account is on."""
        check_account_id(request.account_id)
        standing = await self._store.standing(request.account_id)
        return billing_pb2.GetSubscriptionResponse(subscription=_subscription(standing))

    async def SetLowBalance(
        self, request: billing_pb2.SetLowBalanceRequest, context: Call
    ) -> billing_pb2.SetLowBalanceResponse:
        """Set below which balance an account gets a notice."""
        command = SetLowBalance(request.account_id, request.low_balance_credits)
        standing = await self._writer.write(command)
        return billing_pb2.SetLowBalanceResponse(subscription=_subscription(standing))

    async def ListNotices(
        self, request: billing_pb2.ListNoticesRequest, context: Call
    ) -> billing_pb2.ListNoticesResponse:
        """List notices, newest first."""
        if request.account_id:
            check_account_id(request.account_id)
        size = _page_size(request.page_size)
        before = to_position(request.page_token)
        found = await self._store.notices(request.account_id, before, size + 1)
        return billing_pb2.ListNoticesResponse(
            notices=[from_notice(*each) for each in found[:size]],
            next_page_token=str(found[size - 1][0]) if len(found) > size else "",
        )

    async def ListDailySpending(
        self, request: billing_pb2.ListDailySpendingRequest, context: Call
    ) -> billing_pb2.ListDailySpendingResponse:
        """List what was spent each day."""
        check_account_id(request.account_id)
        size = _page_size(request.page_size)
        after = to_day_position(request.account_id, request.page_token)
        found = await self._store.daily_spending(request.account_id, after, size + 1)
        return billing_pb2.ListDailySpendingResponse(
            days=[from_spending(*each) for each in found[:size]],
            next_page_token=from_day_position(found[size - 1][0]) if len(found) > size else "",
        )


def _subscription(standing: Standing) -> billing_pb2.Subscription:
    if not standing.subscription:
        raise SubscriptionNotFoundError
    return from_subscription(standing.subscription)


def _page_size(asked: int) -> int:
    if not 0 <= asked <= MAX_PAGE_SIZE:
        raise InvalidRequestError("page_size", f"must be 1 to {MAX_PAGE_SIZE:,}, or 0")
    return asked or DEFAULT_PAGE_SIZE
