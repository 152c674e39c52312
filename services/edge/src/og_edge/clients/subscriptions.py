"""og.billing.v1: the plans that accounts are on, and what they pay for."""

from __future__ import annotations

from typing import Final

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.clients.calls import result_of
from og_edge.deadline import Deadline
from og_service.status import RemoteError

PLAN_TIMEOUT_S: Final = 3.0
CANCEL_TIMEOUT_S: Final = 8.0
"""Stripe is asked."""


class SubscriptionClient:
    """Puts accounts on plans; raises RemoteError."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: billing_pb2_grpc.BillingServiceAsyncStub = billing_pb2_grpc.BillingServiceStub(
            channel
        )
        self._payments: billing_pb2_grpc.PaymentServiceAsyncStub = (
            billing_pb2_grpc.PaymentServiceStub(channel)
        )

    async def begin_plan(self, account_id: str, plan_id: str) -> None:
        """Put an account on a plan, whose credits it then gets; again changes nothing."""
        request = billing_pb2.SetPlanRequest(account_id=account_id, plan_id=plan_id)
        await result_of(self._stub.SetPlan(request, timeout=PLAN_TIMEOUT_S))

    async def set_low_balance(self, account_id: str, credits: int) -> int:
        """Set below how many credits an account is told, 0 for a tenth of its plan's a month.

        Tells what holds then.
        """
        request = billing_pb2.SetLowBalanceRequest(
            account_id=account_id, low_balance_credits=credits
        )
        answer = await result_of(self._stub.SetLowBalance(request, timeout=PLAN_TIMEOUT_S))
        return answer.subscription.low_balance_credits

    async def cancel_subscription(self, account_id: str, deadline: Deadline) -> None:
        """See og_edge.farewells.PaidPlans."""
        request = billing_pb2.CancelSubscriptionRequest(account_id=account_id)
        try:
            with deadline.step(CANCEL_TIMEOUT_S) as step:
                await result_of(self._payments.CancelSubscription(request, timeout=step.timeout_s))
        except RemoteError as error:
            # A billing from before there were payments, as while versions change: none are made.
            if error.code is not grpc.StatusCode.UNIMPLEMENTED:
                raise
