"""Who is which customer of Stripe's, and which of its events were handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

EVENT_RETENTION: Final = timedelta(days=30)
"""Stripe sends an event again for three days by itself, and for 30 where somebody asks it to."""


@dataclass(frozen=True, slots=True)
class Customer:
    """An account's customer at Stripe.

    `version` rises with everything of theirs that reaches the ledger: read it before Stripe.
    """

    account_id: str
    customer_id: str
    version: int


class Customers(Protocol):
    """Where they are kept. Every method raises LedgerUnavailableError when it is away."""

    async def of_account(self, account_id: str) -> Customer | None:
        """Find an account's customer."""
        ...

    async def of_id(self, customer_id: str) -> Customer | None:
        """Find a customer of Stripe's; None where it is none of ours."""
        ...

    async def add(self, account_id: str, customer_id: str) -> Customer:
        """Keep a new one, and give the account's: the one that was kept first."""
        ...

    async def was_handled(self, event_id: str) -> str | None:
        """Tell whose event it was; None where it was not handled, or long ago."""
        ...

    async def prune_events(self) -> int:
        """Forget up to 10,000 events over EVENT_RETENTION ago; tell how many."""
        ...
