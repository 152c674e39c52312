"""The plan of an account, of which billing decides and auth is told."""

from __future__ import annotations

from typing import Final

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.audit.records import PlanState
from og_edge.clients.accounts import AccountsClient
from og_edge.clients.calls import result_of
from og_edge.clients.statements import StatementsClient
from og_edge.clients.times import to_timestamp

TELL_TIMEOUT_S: Final = 2.0
MAX_ROUNDS: Final = 5
"""How often auth is told until both agree; it takes another only where two tell at once."""


class PlansDifferError(Exception):
    """Auth and billing would not agree."""


class PlansClient:
    """PlanKeeper on both services; raises RemoteError and PlansDifferError."""

    def __init__(self, auth: grpc.aio.Channel, billing: grpc.aio.Channel) -> None:
        self._ledger = StatementsClient(billing)
        self._accounts = AccountsClient(auth)
        self._stub: auth_pb2_grpc.AccountServiceAsyncStub = auth_pb2_grpc.AccountServiceStub(auth)

    async def tell(self, account_id: str) -> None:
        """Tell auth, and read both anew: whoever tells last has read what billing has last."""
        for _ in range(MAX_ROUNDS):
            due = await self._ledger.plan(account_id)
            had = await self._accounts.plan(account_id)
            if due is None or had is None or due == had:
                return
            await self._set(account_id, due)
        raise PlansDifferError(account_id)

    async def _set(self, account_id: str, plan: PlanState) -> None:
        now = auth_pb2.UpdateAccountRequest(account_id=account_id, plan_id=plan.plan_id)
        now.update_mask.paths.append("plan_id")
        await result_of(self._stub.UpdateAccount(now, timeout=TELL_TIMEOUT_S))
        if plan.next_plan_id:
            later = auth_pb2.UpdateAccountRequest(
                account_id=account_id,
                plan_id=plan.next_plan_id,
                plan_time=to_timestamp(plan.next_time),
            )
            later.update_mask.paths.extend(("plan_id", "plan_time"))
            await result_of(self._stub.UpdateAccount(later, timeout=TELL_TIMEOUT_S))
