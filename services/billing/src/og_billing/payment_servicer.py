# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_billing.commands import check_account_id
from og_billing.payment_errors import PaymentsNotConfiguredError
from og_billing.payment_messages import (
    from_paid_plan,
    from_payments,
    from_standing,
    to_buyer,
    to_pack,
    to_plan,
    to_url,
)
from og_billing.shop.buying import StripePayments
from og_billing.shop.events import PaymentEvents
from og_billing.store import LedgerStore

# In quotes: grpc's classes are generic in their stubs only.
Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


@dataclass(frozen=True, slots=True)
class Shop:
    """What there is where payments are set up."""

    payments: StripePayments
    events: PaymentEvents


class PaymentServicer(billing_pb2_grpc.PaymentServiceServicer):
    """og.billing.v1.PaymentService; without a shop nothing is sold."""

    def __init__(self, store: LedgerStore, shop: Shop | None) -> None:
        self._store = store
        self._shop = shop

    async def GetPayments(
        self, request: billing_pb2.GetPaymentsRequest, context: Call
    ) -> billing_pb2.GetPaymentsResponse:
        """Tell what an account pays for and paid lately."""
        check_account_id(request.account_id)
        if self._shop is None:
            return billing_pb2.GetPaymentsResponse()
        return from_payments(await self._shop.payments.payments(request.account_id))

    async def BeginPlanCheckout(
        self, request: billing_pb2.BeginPlanCheckoutRequest, context: Call
    ) -> billing_pb2.BeginPlanCheckoutResponse:
        """Begin a checkout of a plan."""
        buyer, plan = to_buyer(request), to_plan(request.plan_id)
        url = await self._open_shop().payments.begin_plan_checkout(buyer, plan)
        return billing_pb2.BeginPlanCheckoutResponse(url=url)

    async def BeginPackCheckout(
        self, request: billing_pb2.BeginPackCheckoutRequest, context: Call
    ) -> billing_pb2.BeginPackCheckoutResponse:
        """Begin a checkout of a pack."""
        buyer, pack = to_buyer(request), to_pack(request.pack_id)
        url = await self._open_shop().payments.begin_pack_checkout(buyer, pack)
        return billing_pb2.BeginPackCheckoutResponse(url=url)

    async def OpenPortal(
        self, request: billing_pb2.OpenPortalRequest, context: Call
    ) -> billing_pb2.OpenPortalResponse:
        """Open the portal."""
        check_account_id(request.account_id)
        return_url = to_url("return_url", request.return_url)
        url = await self._open_shop().payments.open_portal(request.account_id, return_url)
        return billing_pb2.OpenPortalResponse(url=url)

    async def ChangePlan(
        self, request: billing_pb2.ChangePlanRequest, context: Call
    ) -> billing_pb2.ChangePlanResponse:
        """Change the plan that is paid for."""
        check_account_id(request.account_id)
        payments = self._open_shop().payments
        plan, standing = await payments.change_plan(request.account_id, to_plan(request.plan_id))
        return billing_pb2.ChangePlanResponse(
            paid_plan=from_paid_plan(plan), subscription=from_standing(standing)
        )

    async def CancelSubscription(
        self, request: billing_pb2.CancelSubscriptionRequest, context: Call
    ) -> billing_pb2.CancelSubscriptionResponse:
        """End whatever plan is paid for."""
        check_account_id(request.account_id)
        if self._shop:
            await self._shop.payments.cancel(request.account_id)
        standing = await self._store.standing(request.account_id)
        return billing_pb2.CancelSubscriptionResponse(subscription=from_standing(standing))

    async def HandleEvent(
        self, request: billing_pb2.HandleEventRequest, context: Call
    ) -> billing_pb2.HandleEventResponse:
        """Take an event of Stripe's."""
        events = self._open_shop().events
        account_id = await events.handle(request.payload, request.signature)
        if not account_id:
            return billing_pb2.HandleEventResponse()
        standing = await self._store.standing(account_id)
        return billing_pb2.HandleEventResponse(
            account_id=account_id, subscription=from_standing(standing)
        )

    def _open_shop(self) -> Shop:
        if self._shop is None:
            raise PaymentsNotConfiguredError
        return self._shop
