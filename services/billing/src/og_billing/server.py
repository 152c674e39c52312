"""The composition root: what the service is made of, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from functools import partial
from typing import Final

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_billing.audit import Audit
from og_billing.callers import AUDITOR_BILLING, EDGE_BILLING, EDGE_PAYMENT
from og_billing.customer_store import PostgresCustomers
from og_billing.payment_servicer import PaymentServicer, Shop
from og_billing.posting import open_poster
from og_billing.servicer import BillingServicer
from og_billing.settings import Settings
from og_billing.settler import Settler
from og_billing.shop.buying import StripePayments
from og_billing.shop.client import Stripe, open_stripe
from og_billing.shop.events import PaymentEvents
from og_billing.shop.reading import StripeReader
from og_billing.store import VERIFY_TIMEOUT_MS, PostgresLedgerStore
from og_billing.sweeper import prune_forever, sweep_forever
from og_billing.writer import Writer
from og_service import logs
from og_service.background import running
from og_service.policy import Service
from og_service.postgres import BY_INDEX, open_pool
from og_service.schema_state import wait_for_schema
from og_service.server import run
from og_service.settings import load

DOMAIN: Final = "billing.instantog.com"
CONTRACTS: Final = billing_pb2.DESCRIPTOR.services_by_name


@asynccontextmanager
async def compose(settings: Settings) -> AsyncIterator[list[Service]]:
    """Open the ledger, write to it and sweep it for the length of the context."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(open_pool(settings.database_url, settings=BY_INDEX))
        poster = await stack.enter_async_context(open_poster(settings.database_url))
        store, customers = PostgresLedgerStore(pool), PostgresCustomers(pool)
        writer = Writer(poster)
        await stack.enter_async_context(
            running(
                writer.run,
                partial(sweep_forever, store, writer),
                partial(prune_forever, store.prune),
                partial(prune_forever, customers.prune_events),
            )
        )
        shop = None
        if settings.stripe_secret_key:
            stripe = await stack.enter_async_context(
                open_stripe(settings.stripe_secret_key, settings.stripe_api_url)
            )
            shop = open_shop(stripe, settings.stripe_webhook_secret, customers, writer)
        yield [
            service(BillingServicer(store, writer)),
            payment_service(PaymentServicer(store, shop)),
        ]


def open_shop(stripe: Stripe, secret: str, customers: PostgresCustomers, writer: Writer) -> Shop:
    """Wire what sells by Stripe."""
    reader = StripeReader(stripe)
    settler = Settler(reader, customers, writer)
    return Shop(
        StripePayments(stripe, reader, customers, settler),
        PaymentEvents(secret, reader, customers, settler),
    )


def service(servicer: BillingServicer) -> Service:
    """Say how to serve the servicer, and to whom."""
    add_to = partial(billing_pb2_grpc.add_BillingServiceServicer_to_server, servicer)
    return Service(CONTRACTS["BillingService"], add_to, EDGE_BILLING, AUDITOR_BILLING)


def payment_service(servicer: PaymentServicer) -> Service:
    """Say how to serve payments, and to whom."""
    add_to = partial(billing_pb2_grpc.add_PaymentServiceServicer_to_server, servicer)
    return Service(CONTRACTS["PaymentService"], add_to, EDGE_PAYMENT)


def serve() -> None:
    """Serve until told to stop."""
    settings = load(Settings)
    logs.configure(settings, "billing")
    wait_for_schema(settings.database_url, "og_billing", "billing")
    run(settings, DOMAIN, partial(compose, settings))


def audit() -> int:
    """Add the ledger up, print what came out as JSON, and give 1 if it is wrong, else 0."""
    found = asyncio.run(_audit(load(Settings).database_url))
    print(json.dumps({"passed": found.passed, **asdict(found)}))  # noqa: T201 - the output
    return 0 if found.passed else 1


async def _audit(database_url: str) -> Audit:
    patience_s = VERIFY_TIMEOUT_MS / 1000 + 1
    async with open_pool(database_url, answer_timeout_s=patience_s) as pool:
        return await PostgresLedgerStore(pool).verify()
