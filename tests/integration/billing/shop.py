"""The service with a Stripe beside it, as buyers, Stripe and operators use both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import grpc

from og.billing.v1 import billing_pb2 as pb
from og.billing.v1 import billing_pb2_grpc
from og_billing.server import DOMAIN, compose
from og_billing.settings import Settings
from og_service.channels import open_channel
from og_service.testing import serve_in_process
from tests.integration.billing.client import Client, audit, called
from tests.integration.billing.processes import TOKEN, Process
from tests.support.database_clock import DatabaseClock
from tests.support.stripe_server.objects import Object
from tests.support.stripe_server.server import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    StripeServer,
    signed,
    stripe_server,
)

if TYPE_CHECKING:
    from og.billing.v1.billing_pb2_grpc import PaymentServiceAsyncStub

CLOCK_START = datetime(2031, 5, 10, 8, tzinfo=UTC)
SUCCESS, CANCEL = "http://og.test/dashboard/billing?paid", "http://og.test/dashboard/billing"


class Till(Client):
    """PaymentService beside BillingService, one call a method; raises RemoteError."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        super().__init__(channel)
        self.payments_stub: PaymentServiceAsyncStub = billing_pb2_grpc.PaymentServiceStub(channel)

    async def payments(self, account_id: str) -> pb.GetPaymentsResponse:
        request = pb.GetPaymentsRequest(account_id=account_id)
        return await called(self.payments_stub.GetPayments, request)

    async def plan_checkout(self, account_id: str, plan_id: str) -> str:
        request = pb.BeginPlanCheckoutRequest(
            account_id=account_id,
            email="ada@example.com",
            plan_id=plan_id,
            success_url=SUCCESS,
            cancel_url=CANCEL,
        )
        return (await called(self.payments_stub.BeginPlanCheckout, request)).url

    async def pack_checkout(self, account_id: str, pack_id: str) -> str:
        request = pb.BeginPackCheckoutRequest(
            account_id=account_id,
            email="ada@example.com",
            pack_id=pack_id,
            success_url=SUCCESS,
            cancel_url=CANCEL,
        )
        return (await called(self.payments_stub.BeginPackCheckout, request)).url

    async def portal(self, account_id: str) -> str:
        request = pb.OpenPortalRequest(account_id=account_id, return_url=CANCEL)
        return (await called(self.payments_stub.OpenPortal, request)).url

    async def change_plan(self, account_id: str, plan_id: str) -> pb.ChangePlanResponse:
        request = pb.ChangePlanRequest(account_id=account_id, plan_id=plan_id)
        return await called(self.payments_stub.ChangePlan, request)

    async def cancel(self, account_id: str) -> pb.CancelSubscriptionResponse:
        request = pb.CancelSubscriptionRequest(account_id=account_id)
        return await called(self.payments_stub.CancelSubscription, request)

    async def handle(self, payload: bytes, signature: str) -> pb.HandleEventResponse:
        request = pb.HandleEventRequest(payload=payload, signature=signature)
        return await called(self.payments_stub.HandleEvent, request)

    async def deliver(self, event: Object) -> pb.HandleEventResponse:
        return await self.handle(*signed(event))


@asynccontextmanager
async def till_of(process: Process) -> AsyncIterator[Till]:
    """Call a process."""
    async with open_channel(process.address, TOKEN) as channel:
        yield Till(channel)


class Shop:
    """Two tills on one ledger, beside one Stripe, by one clock that stands still.

    `account` is the one that a test is about.
    """

    def __init__(self, stripe: StripeServer, tills: list[Till], clock: DatabaseClock) -> None:
        self.stripe, self.world = stripe, stripe.world
        self.till, self.tills, self.clock = tills[0], tills, clock
        self.account = ""
        self._delivered = 0

    def begin(self, account_id: str) -> None:
        """Turn the clock back for another account, and forget what Stripe has not sent."""
        self.account = account_id
        self.clock.set(CLOCK_START)
        self.new_events()
        self.world.declines = False
        self.stripe.failures = []

    def new_events(self) -> list[Object]:
        """Give those that were not given before."""
        events = self.world.events[self._delivered :]
        self._delivered = len(self.world.events)
        return events

    async def deliver(self) -> None:
        """Have Stripe send what it has not sent yet, in its order."""
        for event in self.new_events():
            await self.till.deliver(event)

    def finish(self, url: str, *, at_once: bool = True) -> Object:
        """Have the buyer pay at a checkout."""
        return self.world.finish_checkout(url.rpartition("/")[2], at_once=at_once)

    async def buy_plan(self, account_id: str, plan_id: str) -> str:
        """Have a plan be bought, and Stripe tell of it; give the subscription's id."""
        bought = self.finish(await self.till.plan_checkout(account_id, plan_id))
        await self.deliver()
        return str(bought["id"])

    async def buy_pack(self, account_id: str, pack_id: str) -> str:
        """Have a pack be bought, and Stripe tell of it; give the payment's id."""
        bought = self.finish(await self.till.pack_checkout(account_id, pack_id))
        await self.deliver()
        return str(bought["id"])


def shop_settings(dsn: str, url: str) -> Settings:
    return Settings.model_validate(
        {
            "DATABASE_URL": dsn,
            "callers": {"edge": "x" * 32},
            "environment": "development",
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_URL": url,
        }
    )


@asynccontextmanager
async def till_at(dsn: str, url: str) -> AsyncIterator[Till]:
    """Run the whole service in this process."""
    async with (
        compose(shop_settings(dsn, url)) as services,
        serve_in_process(services, DOMAIN) as channel,
    ):
        yield Till(channel)


@asynccontextmanager
async def open_shop(dsn: str, clock: DatabaseClock) -> AsyncIterator[Shop]:
    """Run two of them beside a Stripe; the ledger must add up in the end."""
    async with (
        stripe_server(lambda: int(clock.time.timestamp())) as stripe,
        till_at(dsn, stripe.url) as one,
        till_at(dsn, stripe.url) as two,
    ):
        yield Shop(stripe, [one, two], clock)
    found = await audit(dsn)
    assert found.passed, found
