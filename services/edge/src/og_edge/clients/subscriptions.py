"""og.billing.v1.BillingService: the plans that accounts are on."""

from __future__ import annotations

from typing import Final

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.clients.calls import result_of

PLAN_TIMEOUT_S: Final = 3.0


class SubscriptionClient:
    """Puts accounts on plans; raises RemoteError."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: billing_pb2_grpc.BillingServiceAsyncStub = billing_pb2_grpc.BillingServiceStub(
            channel
        )

    async def begin_plan(self, account_id: str, plan_id: str) -> None:
        """Put an account on a plan, whose credits it then gets; again changes nothing."""
        request = billing_pb2.SetPlanRequest(account_id=account_id, plan_id=plan_id)
        await result_of(self._stub.SetPlan(request, timeout=PLAN_TIMEOUT_S))
