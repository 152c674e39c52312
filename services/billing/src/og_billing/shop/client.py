"""Stripe by its own library: one client a process, with bounds on everything it may take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

import stripe
import structlog

from og_billing.payment_errors import PaymentsUnavailableError

log = structlog.get_logger()

API_VERSION: Final = "2026-10-28.endive"
"""The shapes that objects.py reads; the library has types for this one."""
TRY_TIMEOUT_S: Final = 5.0
"""How long Stripe may take for one try. What it does most takes it well under a second."""
MAX_RETRIES: Final = 1
"""How often a call is tried again, with the same idempotency key, so that it is done once."""
MAX_CALLS_AT_ONCE: Final = 16
"""Below Stripe's limit of 25 read requests a second for a sandbox."""
MAX_LISTED: Final = 20
"""How many objects a list is read of; no customer has as many that still matter."""


class Stripe:
    """The library's client, whose failures are told in our terms."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self.api = client.v1
        self._calls = asyncio.Semaphore(MAX_CALLS_AT_ONCE)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Wait for a turn to call; raises PaymentsUnavailableError where Stripe is away or busy."""
        async with self._calls:
            try:
                yield
            except (
                stripe.APIConnectionError,
                stripe.RateLimitError,
                stripe.IdempotencyError,  # the same is being done, or was by somebody else
            ) as error:
                log.warning("Stripe unavailable", cause=repr(error))
                raise PaymentsUnavailableError from error
            except stripe.StripeError as error:
                if (error.http_status or 0) < 500:  # noqa: PLR2004 - RFC 9110, section 15.6
                    raise
                log.warning("Stripe failed", cause=repr(error))
                raise PaymentsUnavailableError from error


@asynccontextmanager
async def open_stripe(secret_key: str, api_url: str) -> AsyncIterator[Stripe]:
    """Open a client for the length of the context; nothing is asked yet."""
    http_client = stripe.HTTPXClient(timeout=TRY_TIMEOUT_S)
    client = stripe.StripeClient(
        secret_key,
        stripe_version=API_VERSION,
        base_addresses={"api": api_url},
        max_network_retries=MAX_RETRIES,
        http_client=http_client,
    )
    try:
        yield Stripe(client)
    finally:
        await http_client.close_async()  # type: ignore[no-untyped-call]


def once(what: str = "") -> stripe.RequestOptions:
    """Give an idempotency key: what is done under one is done once, in 24 hours.

    Without a word of what, a key of its own: one for all tries of one call.
    """
    return {"idempotency_key": f"og-{what or uuid4()}"}
