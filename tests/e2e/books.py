"""What a test looks up, or changes, behind the API."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import psycopg

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.support.customers import CALL_TIMEOUT_S, Customer, balance, operator_token
from tests.support.waiting import POLL_INTERVAL_S

GIVE_BACK_TIMEOUT_S = 10


async def credits_of(stack: Stack, customer: Customer) -> int:
    """Tell how many credits a customer can spend."""
    return (await balance(stack, customer.account_id)).available_credits


async def wait_for_credits(stack: Stack, customer: Customer, expected: int) -> None:
    """Wait until a customer has so many credits: what was set aside comes back a moment later."""
    deadline = time.monotonic() + GIVE_BACK_TIMEOUT_S
    while (found := await credits_of(stack, customer)) != expected:
        assert time.monotonic() < deadline, f"{found} credits, not {expected}"
        await asyncio.sleep(POLL_INTERVAL_S)


async def create_site(stack: Stack, customer: Customer, domain: str) -> str:
    """Register a site and give its id."""
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        created = await auth_pb2_grpc.AccountServiceStub(channel).CreateSite(
            auth_pb2.CreateSiteRequest(account_id=customer.account_id, domain=domain),
            timeout=CALL_TIMEOUT_S,
        )
        return created.site.site_id


async def revoke_keys(stack: Stack, customer: Customer) -> None:
    """Revoke all of a customer's API keys."""
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        listed = await accounts.ListApiKeys(
            auth_pb2.ListApiKeysRequest(account_id=customer.account_id), timeout=CALL_TIMEOUT_S
        )
        for key in listed.api_keys:
            await accounts.RevokeApiKey(
                auth_pb2.RevokeApiKeyRequest(api_key_id=key.api_key_id), timeout=CALL_TIMEOUT_S
            )


def rows(stack: Stack, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
    """Run a statement on the stack's database as its administrator."""
    with psycopg.connect(stack.admin_dsn, autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []
