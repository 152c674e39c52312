"""Customers of a running system, made as an operator makes them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from og_stack.state import Secrets

CALL_TIMEOUT_S = 10
PLENTY = 1_000_000


@dataclass(frozen=True)
class Customer:
    """An account with a key and as many credits as it was given."""

    account_id: str
    api_key: str

    @property
    def headers(self) -> dict[str, str]:
        """Give what authenticates a request."""
        return {"Authorization": f"Bearer {self.api_key}"}


def operator_token(stack: Stack) -> str:
    """Give the token that the operator calls services with."""
    return Secrets(stack.config.directory / "secrets.json").token("caller_operator")


async def create_customer(
    stack: Stack, *, plan: str = "pro", credits: int = PLENTY, rate_limit: int = PLENTY
) -> Customer:
    """Create an account with a key; rate_limit 0 is the plan's."""
    token = operator_token(stack)
    async with open_channel(stack.services.target("auth"), token) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        account = await accounts.CreateAccount(
            auth_pb2.CreateAccountRequest(
                email=f"{uuid.uuid4()}@example.com", plan_id=plan, rate_limit_override=rate_limit
            ),
            timeout=CALL_TIMEOUT_S,
        )
        account_id = account.account.account_id
        key = await accounts.CreateApiKey(
            auth_pb2.CreateApiKeyRequest(account_id=account_id, display_name="tests"),
            timeout=CALL_TIMEOUT_S,
        )
    if credits:
        await grant(stack, account_id, credits)
    return Customer(account_id, key.secret)


async def grant(stack: Stack, account_id: str, credits: int) -> None:
    """Add credits of a pack."""
    async with open_channel(stack.services.target("billing"), operator_token(stack)) as channel:
        await grant_by(billing_pb2_grpc.BillingServiceStub(channel), account_id, credits)


async def grant_by(
    billing: billing_pb2_grpc.BillingServiceAsyncStub, account_id: str, credits: int
) -> None:
    """Add credits of a pack, for who calls billing anyway."""
    await billing.Grant(
        billing_pb2.GrantRequest(
            charge_id=str(uuid.uuid4()),
            account_id=account_id,
            credits=credits,
            bucket=billing_pb2.BUCKET_PACK,
        ),
        timeout=CALL_TIMEOUT_S,
    )


async def balance(stack: Stack, account_id: str) -> billing_pb2.Balance:
    """Tell what an account has."""
    async with open_channel(stack.services.target("billing"), operator_token(stack)) as channel:
        answer = await billing_pb2_grpc.BillingServiceStub(channel).GetBalance(
            billing_pb2.GetBalanceRequest(account_id=account_id), timeout=CALL_TIMEOUT_S
        )
        return answer.balance
