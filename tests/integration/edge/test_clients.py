"""What is asked together by the edge's clients, over the real transport."""

# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import grpc
import pytest

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.authorization import Credential, Decision, Inquiry
from og_edge.billing import Payer, Purchase, Receipt
from og_edge.clients import AuthClient, BillingClient
from og_edge.clients.auth import MAX_API_KEY_CHARS
from og_edge.errors import InsufficientCreditsError
from og_service.errors import Code, ServiceError
from og_service.policy import Service
from og_service.status import RemoteError
from og_service.testing import serve_in_process

CREDITS = 30
POOR = "acct_poor"
GOOD_KEY = "good"


class InsufficientError(ServiceError):
    """As billing's own."""

    code = Code.FAILED_PRECONDITION
    reason = "INSUFFICIENT_CREDITS"


class Billing(billing_pb2_grpc.BillingServiceServicer):
    """A ledger where POOR has nothing and everybody else CREDITS."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.alone: list[str] = []
        self.is_broken = False

    async def BatchCharge(
        self, request: billing_pb2.BatchChargeRequest, context: Any
    ) -> billing_pb2.BatchChargeResponse:
        self.batches.append(len(request.charges))
        if self.is_broken:
            raise ServiceError("broken")
        return billing_pb2.BatchChargeResponse(outcomes=map(_outcome, request.charges))

    async def Charge(
        self, request: billing_pb2.ChargeRequest, context: Any
    ) -> billing_pb2.ChargeResponse:
        self.alone.append(request.charge_id)
        raise InsufficientError("too few", metadata={"balance_credits": "0"})


def _outcome(charge: billing_pb2.ChargeRequest) -> billing_pb2.ChargeOutcome:
    if charge.account_id == POOR:
        poor = billing_pb2.CHARGE_RESULT_INSUFFICIENT_CREDITS
        return billing_pb2.ChargeOutcome(result=poor)
    return billing_pb2.ChargeOutcome(
        result=billing_pb2.CHARGE_RESULT_CHARGED,
        charged_credits=1,
        balance=billing_pb2.Balance(available_credits=CREDITS - 1),
    )


class Auth(auth_pb2_grpc.AuthServiceServicer):
    """Knows GOOD_KEY only."""

    def __init__(self) -> None:
        self.batches: list[list[auth_pb2.AuthorizeRequest]] = []

    async def BatchAuthorize(
        self, request: auth_pb2.BatchAuthorizeRequest, context: Any
    ) -> auth_pb2.BatchAuthorizeResponse:
        self.batches.append(list(request.requests))
        return auth_pb2.BatchAuthorizeResponse(responses=map(_decision, request.requests))


def _decision(request: auth_pb2.AuthorizeRequest) -> auth_pb2.AuthorizeResponse:
    good = request.api_key == GOOD_KEY
    decision = auth_pb2.DECISION_ALLOWED if good else auth_pb2.DECISION_INVALID_API_KEY
    return auth_pb2.AuthorizeResponse(decision=decision)


@pytest.fixture
def billing() -> Billing:
    return Billing()  # type: ignore[abstract]  # the rest is not asked


@pytest.fixture
def auth() -> Auth:
    return Auth()  # type: ignore[abstract]  # as above


@pytest.fixture
async def channel(billing: Billing, auth: Auth) -> AsyncIterator[grpc.aio.Channel]:
    add_billing = partial(billing_pb2_grpc.add_BillingServiceServicer_to_server, billing)
    add_auth = partial(auth_pb2_grpc.add_AuthServiceServicer_to_server, auth)
    services = [
        Service(billing_pb2.DESCRIPTOR.services_by_name["BillingService"], add_billing),
        Service(auth_pb2.DESCRIPTOR.services_by_name["AuthService"], add_auth),
    ]
    async with serve_in_process(services, "tests.instantog.com") as opened:
        yield opened


def purchase(account_id: str) -> Purchase:
    payer = Payer("key_1", daily_credits_max=0, daily_generations_max=0)
    return Purchase(str(uuid.uuid4()), account_id, payer, "generic/standard https://example.com/")


async def test_a_charge_that_is_refused_says_why_and_touches_no_other(
    channel: grpc.aio.Channel, billing: Billing
) -> None:
    client = BillingClient(channel)
    purchases = [purchase(POOR if number % 10 == 0 else "acct_1") for number in range(50)]
    outcomes = await asyncio.gather(*map(client.charge, purchases), return_exceptions=True)
    for number, outcome in enumerate(outcomes):
        if number % 10:
            assert outcome == Receipt(1, CREDITS - 1)
        else:
            assert isinstance(outcome, InsufficientCreditsError)
            assert "0 credits remaining" in outcome.message
    assert sorted(billing.alone) == sorted(each.charge_id for each in purchases[::10])
    assert sum(billing.batches) == 50
    assert len(billing.batches) < 10


async def test_a_batch_that_fails_fails_for_all_of_it_and_the_next_is_served(
    channel: grpc.aio.Channel, billing: Billing
) -> None:
    client = BillingClient(channel)
    billing.is_broken = True
    charges = (client.charge(purchase("acct_1")) for _ in range(20))
    outcomes = await asyncio.gather(*charges, return_exceptions=True)
    assert all(isinstance(outcome, RemoteError) for outcome in outcomes)
    billing.is_broken = False
    assert await client.charge(purchase("acct_1")) == Receipt(1, CREDITS - 1)


async def test_each_credential_gets_its_own_decision_and_none_is_too_long_for_the_batch(
    channel: grpc.aio.Channel, auth: Auth
) -> None:
    client = AuthClient(channel)
    keys = [GOOD_KEY if number % 2 else "x" * 90_000 for number in range(400)]
    inquiries = [Inquiry(Credential(key), "192.0.2.1", "https://example.com/") for key in keys]
    assert [each.decision for each in await client.authorize_all(inquiries)] == [
        Decision.ALLOWED if key == GOOD_KEY else Decision.INVALID_API_KEY for key in keys
    ]
    [asked] = auth.batches
    assert len(asked) == 400
    assert max(len(request.api_key) for request in asked) == MAX_API_KEY_CHARS
