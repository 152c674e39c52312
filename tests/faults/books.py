"""Accounts and the ledger, asked on the straight way, past every proxy."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_plans import PLANS
from og_service.channels import open_channel
from tests.faults.topology import Topology

if TYPE_CHECKING:
    from og.billing.v1.billing_pb2_grpc import BillingServiceAsyncStub

CALL_TIMEOUT_S = 3.0
RETRY_PAUSE_S = 0.1
PAGE_ENTRIES = 1_000
SETTLED_BY_REPEATING = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
OPENING_KINDS = {
    billing_pb2.ENTRY_KIND_GRANT,
    billing_pb2.ENTRY_KIND_PLAN_CREDITS,
    billing_pb2.ENTRY_KIND_PLAN_EXPIRY,
}


@dataclass
class Account:
    """A customer: what authenticates it, and what it was given."""

    account_id: str
    api_key: str
    granted_credits: int = 0


@dataclass
class Statement:
    """What the ledger says of an account once all is over."""

    balance: billing_pb2.Balance
    charges: dict[str, int] = field(default_factory=dict)
    """What was taken, by charge id."""
    charged_twice: list[str] = field(default_factory=list)
    granted_credits: int = 0
    delta_credits: int = 0


class Books:
    """Makes accounts and reads what became of them. Calls are repeated until they succeed."""

    def __init__(self, auth: grpc.aio.Channel, billing: grpc.aio.Channel) -> None:
        self._accounts: auth_pb2_grpc.AccountServiceAsyncStub = auth_pb2_grpc.AccountServiceStub(
            auth
        )
        self._billing: BillingServiceAsyncStub = billing_pb2_grpc.BillingServiceStub(billing)

    async def open_account(self, plan: str, rate_limit: int) -> Account:
        """Make an account with a key; rate_limit 0 is the plan's."""
        created = await self._accounts.CreateAccount(
            auth_pb2.CreateAccountRequest(
                email=f"{uuid.uuid4()}@example.com", plan_id=plan, rate_limit_override=rate_limit
            ),
            timeout=CALL_TIMEOUT_S,
        )
        account_id = created.account.account_id
        key = await self._accounts.CreateApiKey(
            auth_pb2.CreateApiKeyRequest(account_id=account_id, display_name="faults"),
            timeout=CALL_TIMEOUT_S,
        )
        return Account(account_id, key.secret)

    async def managing_key(self, account: Account) -> str:
        """Give an account a key that may also forget what it has."""
        scopes = [auth_pb2.API_KEY_SCOPE_GENERATE, auth_pb2.API_KEY_SCOPE_MANAGE]
        key = await self._accounts.CreateApiKey(
            auth_pb2.CreateApiKeyRequest(
                account_id=account.account_id, display_name="manages", scopes=scopes
            ),
            timeout=CALL_TIMEOUT_S,
        )
        return key.secret

    async def create_site(self, account: Account, domain: str) -> str:
        """Register a site and give its id."""
        created = await self._accounts.CreateSite(
            auth_pb2.CreateSiteRequest(account_id=account.account_id, domain=domain),
            timeout=CALL_TIMEOUT_S,
        )
        return created.site.site_id

    async def subscribe(self, account: Account, plan: str) -> None:
        """Put an account on a plan, whose credits it gets."""
        request = billing_pb2.SetPlanRequest(account_id=account.account_id, plan_id=plan)
        await self._billing.SetPlan(request, timeout=CALL_TIMEOUT_S)
        account.granted_credits += PLANS[plan].monthly_credits

    async def grant(self, account: Account, credits: int) -> None:
        """Add credits of a pack under one id, repeated until that is known to be done."""
        request = billing_pb2.GrantRequest(
            charge_id=str(uuid.uuid4()),
            account_id=account.account_id,
            credits=credits,
            bucket=billing_pb2.BUCKET_PACK,
        )
        while True:
            try:
                await self._billing.Grant(request, timeout=CALL_TIMEOUT_S)
                break
            except grpc.aio.AioRpcError as error:
                if error.code() not in SETTLED_BY_REPEATING:
                    raise
                await asyncio.sleep(RETRY_PAUSE_S)
        account.granted_credits += credits

    async def balance(self, account_id: str) -> billing_pb2.Balance:
        """Tell what an account has."""
        request = billing_pb2.GetBalanceRequest(account_id=account_id)
        return (await self._billing.GetBalance(request, timeout=CALL_TIMEOUT_S)).balance

    async def statement(self, account_id: str) -> Statement:
        """Read everything that happened to an account."""
        found = Statement(await self.balance(account_id))
        times = Counter[str]()
        request = billing_pb2.ListEntriesRequest(account_id=account_id, page_size=PAGE_ENTRIES)
        while True:
            page = await self._billing.ListEntries(request, timeout=CALL_TIMEOUT_S)
            for entry in page.entries:
                found.delta_credits += entry.available_delta_credits
                if entry.kind in OPENING_KINDS:
                    found.granted_credits += entry.available_delta_credits
                if entry.charged_credits:
                    times[entry.charge_id] += 1
                    found.charges[entry.charge_id] = entry.charged_credits
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        found.charged_twice = [charge_id for charge_id, number in times.items() if number > 1]
        return found


@asynccontextmanager
async def open_books(topology: Topology) -> AsyncIterator[Books]:
    """Open channels to all replicas for the length of the context."""
    token = topology.operator_token
    async with (
        open_channel(topology.targets("auth"), token) as auth,
        open_channel(topology.targets("billing"), token) as billing,
    ):
        yield Books(auth, billing)
