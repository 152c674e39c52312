"""The other services, as the edge calls them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from og_edge.card_path import API_PATH
from og_edge.clients import (
    ApiKeysClient,
    AuthClient,
    BillingClient,
    ExtractClient,
    RenderClient,
    SitesClient,
)
from og_edge.clients.credit_books import CreditBooksClient
from og_edge.clients.identity import IdentityClient
from og_edge.clients.inspection import InspectionClient
from og_edge.clients.payments import PaymentsClient
from og_edge.clients.plans import PlansClient
from og_edge.clients.records import RecordsClient
from og_edge.clients.subscriptions import SubscriptionClient
from og_edge.metrics import observe_call
from og_edge.settings import Settings
from og_service.channels import open_channel
from og_service.tls.certificates import open_certificates

# Repeating Authorize would count twice.
IDEMPOTENT: Final = {
    "extract": ["og.extract.v1.ExtractService"],
    "render": ["og.render.v1.RenderService"],
    "billing": ["og.billing.v1.BillingService"],
}
# What is not repeated must not be lost where a server goes before another one is known.
WAITING: Final = {
    "auth": ["og.auth.v1.AuthService", "og.auth.v1.AccountService", "og.auth.v1.IdentityService"],
    "billing": ["og.billing.v1.PaymentService"],
}


@dataclass(frozen=True)
class Services:
    """A client for each thing that the other four do; all of one service share a channel."""

    auth: AuthClient
    api_keys: ApiKeysClient
    sites: SitesClient
    identities: IdentityClient
    billing: BillingClient
    credit_books: CreditBooksClient
    subscriptions: SubscriptionClient
    payments: PaymentsClient
    plans: PlansClient
    records: RecordsClient
    extract: ExtractClient
    inspector: InspectionClient
    render: RenderClient


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the channels, and close them after use."""
    targets = {
        "auth": settings.auth_target,
        "extract": settings.extract_target,
        "render": settings.render_target,
        "billing": settings.billing_target,
    }
    async with AsyncExitStack() as stack:
        certificates = await stack.enter_async_context(open_certificates(settings))
        channels = {
            name: await stack.enter_async_context(
                open_channel(
                    target,
                    settings.caller_token,
                    certificates,
                    idempotent_services=IDEMPOTENT.get(name, []),
                    waiting_services=WAITING.get(name, []),
                    observe=observe_call,
                )
            )
            for name, target in targets.items()
        }
        auth, billing, extract = channels["auth"], channels["billing"], channels["extract"]
        yield Services(
            auth=AuthClient(auth),
            api_keys=ApiKeysClient(auth),
            sites=SitesClient(auth),
            identities=IdentityClient(auth),
            billing=BillingClient(billing),
            credit_books=CreditBooksClient(billing),
            subscriptions=SubscriptionClient(billing),
            payments=PaymentsClient(billing),
            plans=PlansClient(auth, billing),
            records=RecordsClient(auth, billing),
            extract=ExtractClient(extract, settings.public_base_url + API_PATH),
            inspector=InspectionClient(extract),
            render=RenderClient(channels["render"]),
        )
