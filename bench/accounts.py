"""Accounts to measure with, made as an operator makes them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_service.channels import open_channel
from og_service.progress import Progress
from og_stack.stack import Stack
from tests.support.customers import operator_token

CALL_TIMEOUT_S = 30
AT_A_TIME = 8
RATE_LIMIT_A_MINUTE = 1_000_000
DAILY_CREDITS_MAX = 1_000_000_000
CREDITS = 1_000_000_000
"""All of them as high as they may be: each is counted and checked, none is reached."""


@dataclass(frozen=True)
class Account:
    """Who pays."""

    account_id: str
    api_key: str

    @property
    def authorization(self) -> str:
        """The value of the header."""
        return f"Bearer {self.api_key}"


async def create_accounts(stack: Stack, count: int) -> Sequence[Account]:
    """Create accounts with a key each, whose day is limited, and plenty of credits."""
    token = operator_token(stack)
    room = asyncio.Semaphore(AT_A_TIME)

    async def create(auth: grpc.aio.Channel, billing: grpc.aio.Channel) -> Account:
        async with room:
            made = await _create(auth, billing)
        progress.advance()
        return made

    with Progress("accounts", count) as progress:
        async with (
            open_channel(stack.services.target("auth"), token) as auth,
            open_channel(stack.services.target("billing"), token) as billing,
        ):
            return await asyncio.gather(*(create(auth, billing) for _ in range(count)))


async def _create(auth: grpc.aio.Channel, billing: grpc.aio.Channel) -> Account:
    accounts = auth_pb2_grpc.AccountServiceStub(auth)
    account = auth_pb2.CreateAccountRequest(
        email=f"{uuid.uuid4()}@example.com",
        plan_id="business",
        rate_limit_override=RATE_LIMIT_A_MINUTE,
    )
    created = await accounts.CreateAccount(account, timeout=CALL_TIMEOUT_S)
    account_id = created.account.account_id
    key = auth_pb2.CreateApiKeyRequest(
        account_id=account_id,
        display_name="bench",
        scopes=[auth_pb2.API_KEY_SCOPE_GENERATE, auth_pb2.API_KEY_SCOPE_MANAGE],
        daily_credits_max=DAILY_CREDITS_MAX,
    )
    secret = (await accounts.CreateApiKey(key, timeout=CALL_TIMEOUT_S)).secret
    grant = billing_pb2.GrantRequest(
        charge_id=str(uuid.uuid4()),
        account_id=account_id,
        credits=CREDITS,
        bucket=billing_pb2.BUCKET_PACK,
    )
    await billing_pb2_grpc.BillingServiceStub(billing).Grant(grant, timeout=CALL_TIMEOUT_S)
    return Account(account_id, secret)
