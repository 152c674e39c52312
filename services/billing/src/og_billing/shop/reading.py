"""What Stripe has of a customer, asked anew each time: nothing of it is remembered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import stripe

from og_billing.billed_months import BilledMonth
from og_billing.paid_plans import Payments
from og_billing.purchases import Payment
from og_billing.shop.client import MAX_LISTED, Stripe
from og_billing.shop.objects import (
    billed_month,
    governing,
    id_of,
    invoice_line,
    is_live,
    paid_plan,
    payment,
)

MAX_INVOICES = 12
MAX_PENDING = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's subscription to a plan and the month that is paid, if any is."""

    subscription: stripe.Subscription
    month: BilledMonth | None


class StripeReader:
    """Asks Stripe; every method raises PaymentsUnavailableError."""

    def __init__(self, stripe_: Stripe) -> None:
        self._stripe = stripe_

    async def subscriptions(self, customer_id: str) -> list[stripe.Subscription]:
        """List a customer's, newest first, those that ended too."""
        async with self._stripe.asking():
            found = await self._stripe.api.subscriptions.list_async(
                {
                    "customer": customer_id,
                    "status": "all",
                    "limit": MAX_LISTED,
                    "expand": ["data.latest_invoice"],
                }
            )
        return list(found.data)

    async def standing(self, customer_id: str) -> Standing | None:
        """Find what a customer pays for, or waits to pay for."""
        subscription = governing(await self.subscriptions(customer_id))
        if subscription is None:
            return None
        async with self._stripe.asking():
            paid = await self._stripe.api.invoices.list_async(
                {"subscription": subscription.id, "status": "paid", "limit": MAX_LISTED}
            )
        return Standing(subscription, billed_month(subscription, paid.data))

    async def billed_month(self, customer_id: str) -> BilledMonth | None:
        """Find the month that a customer has paid; None where no plan is to be had."""
        found = await self.standing(customer_id)
        return found.month if found and is_live(found.subscription) else None

    async def payment(self, payment_id: str) -> tuple[str, Payment | None]:
        """Give whose payment it is and, where it paid for a pack, how it stands."""
        async with self._stripe.asking():
            intent = await self._stripe.api.payment_intents.retrieve_async(
                payment_id, {"expand": ["latest_charge"]}
            )
            disputes = await self._stripe.api.disputes.list_async(
                {"payment_intent": payment_id, "limit": MAX_LISTED}
            )
        return id_of(intent.customer), payment(intent, disputes.data)

    async def payments(self, customer_id: str) -> Payments:
        """Give all that a customer's page shows."""
        standing, invoices, pending = await asyncio.gather(
            self.standing(customer_id), self._invoices(customer_id), self._pending(customer_id)
        )
        return Payments(
            paid_plan=paid_plan(standing.subscription, standing.month) if standing else None,
            invoices=[invoice_line(each) for each in invoices],
            pending_pack_ids=pending,
            has_portal=True,
        )

    async def _invoices(self, customer_id: str) -> list[stripe.Invoice]:
        async with self._stripe.asking():
            found = await self._stripe.api.invoices.list_async(
                {"customer": customer_id, "limit": MAX_INVOICES}
            )
        return list(found.data)

    async def _pending(self, customer_id: str) -> list[str]:
        async with self._stripe.asking():
            found = await self._stripe.api.payment_intents.list_async(
                {"customer": customer_id, "limit": MAX_PENDING}
            )
        return [
            pack_id
            for each in found.data
            if each.status == "processing"
            and (pack_id := (each.metadata.to_dict() if each.metadata else {}).get("pack_id"))
        ]
