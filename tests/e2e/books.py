"""What a test looks up, or changes, behind the API."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.support.customers import CALL_TIMEOUT_S, Customer, balance, operator_token
from tests.support.waiting import POLL_INTERVAL_S

GIVE_BACK_TIMEOUT_S = 30


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


async def set_tag_policy(stack: Stack, site_id: str, policy: auth_pb2.TagPolicy.ValueType) -> None:
    """Change what a site's tags must carry."""
    request = auth_pb2.UpdateSiteRequest(site_id=site_id, tag_policy=policy)
    request.update_mask.paths.append("tag_policy")
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        await auth_pb2_grpc.AccountServiceStub(channel).UpdateSite(request, timeout=CALL_TIMEOUT_S)


async def set_daily_generations(stack: Stack, site_id: str, most: int) -> None:
    """Change how many new cards a site may ask for on a day."""
    request = auth_pb2.UpdateSiteRequest(site_id=site_id, daily_generations_max=most)
    request.update_mask.paths.append("daily_generations_max")
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        await auth_pb2_grpc.AccountServiceStub(channel).UpdateSite(request, timeout=CALL_TIMEOUT_S)


async def managing(stack: Stack, customer: Customer) -> Customer:
    """Give a customer with a key that may manage what the account has."""
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        created = await auth_pb2_grpc.AccountServiceStub(channel).CreateApiKey(
            auth_pb2.CreateApiKeyRequest(
                account_id=customer.account_id,
                display_name="manages",
                scopes=[auth_pb2.API_KEY_SCOPE_MANAGE],
            ),
            timeout=CALL_TIMEOUT_S,
        )
    return Customer(customer.account_id, created.secret)


async def key_of(stack: Stack, account_id: str) -> Customer:
    """Make a key for an account that signed up by itself."""
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        created = await auth_pb2_grpc.AccountServiceStub(channel).CreateApiKey(
            auth_pb2.CreateApiKeyRequest(account_id=account_id, display_name="tests"),
            timeout=CALL_TIMEOUT_S,
        )
    return Customer(account_id, created.secret)


async def key_with_limit(stack: Stack, customer: Customer, daily_credits_max: int) -> Customer:
    """Make a further key of a customer, through which so many credits may be spent a day."""
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        created = await auth_pb2_grpc.AccountServiceStub(channel).CreateApiKey(
            auth_pb2.CreateApiKeyRequest(
                account_id=customer.account_id,
                display_name="limited",
                daily_credits_max=daily_credits_max,
            ),
            timeout=CALL_TIMEOUT_S,
        )
    return Customer(customer.account_id, created.secret)


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


async def audit(
    stack: Stack, customer: Customer, received_ids: Sequence[str], directory: Path
) -> dict[str, Any]:
    """Compare a customer's charges, cards and answers as an operator does."""
    received = directory / "received"
    received.write_text("\n".join(received_ids))
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).parent / "og", "audit", "--json"),
        *("--account", customer.account_id, "--received", str(received)),
        cwd=stack.config.directory.parent,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(output)
    return found


async def statement(stack: Stack, customer: Customer) -> list[tuple[str, int, int]]:
    """List what happened to a customer's credits, oldest first: kind, delta, charged."""
    async with open_channel(stack.services.target("billing"), operator_token(stack)) as channel:
        listed = await billing_pb2_grpc.BillingServiceStub(channel).ListEntries(
            billing_pb2.ListEntriesRequest(account_id=customer.account_id, page_size=1000),
            timeout=CALL_TIMEOUT_S,
        )
    assert not listed.next_page_token
    return [
        (
            billing_pb2.EntryKind.Name(entry.kind).removeprefix("ENTRY_KIND_"),
            entry.available_delta_credits,
            entry.charged_credits,
        )
        for entry in reversed(listed.entries)
    ]


def rows(stack: Stack, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
    """Run a statement on the stack's database as its administrator."""
    with psycopg.connect(stack.admin_dsn, autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def pass_time(stack: Stack, site_id: str, interval: str) -> None:
    """Let all that is remembered of a site's pages be so much older, and no denial be left."""
    rows(
        stack,
        "UPDATE auth.looks SET look_time = look_time - %s::interval WHERE site_id = %s",
        interval,
        site_id,
    )


def new_cards(stack: Stack, customer: Customer) -> int:
    """Count the cards that were drawn for a customer."""
    [(count,)] = rows(
        stack, "SELECT count(*) FROM edge.generations WHERE account_id = %s", customer.account_id
    )
    return int(count)
