"""What account owners do about their payments: they buy, change, look and end."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import stripe
import structlog
from stripe.params import SubscriptionUpdateParams

from og_billing.customers import Customer, Customers
from og_billing.months import Standing
from og_billing.paid_plans import Buyer, PaidPlan, PaidPlanState, Payments
from og_billing.payment_errors import (
    AlreadySubscribedError,
    CustomerNotFoundError,
    NotSubscribedError,
    PaymentFailedError,
    PaymentsUnavailableError,
)
from og_billing.settler import Settler
from og_billing.shop.catalogue import CURRENCY, Catalogue, pack_name
from og_billing.shop.client import Stripe, once
from og_billing.shop.objects import id_of, is_ending, item_of, paid_plan, plan_of_subscription
from og_billing.shop.reading import StripeReader
from og_plans import PLANS, Pack, Plan

log = structlog.get_logger()

MAX_CHECKOUTS: Final = 100
"""As many as Stripe lists at once; they are open for 24 hours, and anybody may begin many."""
_ENDED: Final = frozenset({"canceled", "incomplete_expired"})


class StripePayments:
    """Every method raises PaymentsUnavailableError where Stripe is away."""

    def __init__(
        self, stripe_: Stripe, reader: StripeReader, customers: Customers, settler: Settler
    ) -> None:
        self._stripe = stripe_
        self._reader = reader
        self._customers = customers
        self._settler = settler
        self._catalogue = Catalogue(stripe_)

    async def payments(self, account_id: str) -> Payments:
        """Tell what an account pays for and paid lately."""
        customer = await self._customers.of_account(account_id)
        return await self._reader.payments(customer.customer_id) if customer else Payments()

    async def begin_plan_checkout(self, buyer: Buyer, plan: Plan) -> str:
        """Give the URL of a checkout; raises AlreadySubscribedError.

        Of checkouts of a plan the newest stays open: two that were finished would be paid twice.
        Whoever begins one looks after that what else there is, so that of two who do at the same
        time the later one sees both.
        """
        customer = await self._customer(buyer)
        if await self._reader.standing(customer.customer_id):
            raise AlreadySubscribedError
        metadata = {"account_id": buyer.account_id, "plan_id": plan.name}
        price = await self._catalogue.price_of(plan)
        async with self._stripe.asking():
            session = await self._stripe.api.checkout.sessions.create_async(
                {
                    "mode": "subscription",
                    "customer": customer.customer_id,
                    "client_reference_id": buyer.account_id,
                    "line_items": [{"price": price, "quantity": 1}],
                    "metadata": metadata,
                    "subscription_data": {"metadata": metadata},
                    "success_url": buyer.success_url,
                    "cancel_url": buyer.cancel_url,
                },
                once(),
            )
        newest, *older = await self._open_checkouts(customer.customer_id, "subscription") or [
            session
        ]
        await self._expire(older)
        if await self._reader.standing(customer.customer_id):  # one was paid meanwhile
            await self._expire([newest])
            raise AlreadySubscribedError
        return _url(newest.url)

    async def begin_pack_checkout(self, buyer: Buyer, pack: Pack) -> str:
        """Give the URL of a checkout. What is sold stands in the payment, whatever comes later."""
        customer = await self._customer(buyer)
        metadata = {
            "account_id": buyer.account_id,
            "pack_id": pack.name,
            "credits": str(pack.credits),
        }
        async with self._stripe.asking():
            session = await self._stripe.api.checkout.sessions.create_async(
                {
                    "mode": "payment",
                    "customer": customer.customer_id,
                    "client_reference_id": buyer.account_id,
                    "line_items": [
                        {
                            "price_data": {
                                "currency": CURRENCY,
                                "unit_amount": pack.price_usd_cents,
                                "product_data": {"name": pack_name(pack)},
                            },
                            "quantity": 1,
                        }
                    ],
                    "metadata": metadata,
                    "payment_intent_data": {"metadata": metadata},
                    "invoice_creation": {"enabled": True},
                    "success_url": buyer.success_url,
                    "cancel_url": buyer.cancel_url,
                },
                once(),
            )
        return _url(session.url)

    async def open_portal(self, account_id: str, return_url: str) -> str:
        """Give the portal's URL; raises CustomerNotFoundError."""
        customer = await self._customers.of_account(account_id)
        if customer is None:
            raise CustomerNotFoundError
        configuration = await self._catalogue.portal()
        async with self._stripe.asking():
            session = await self._stripe.api.billing_portal.sessions.create_async(
                {
                    "customer": customer.customer_id,
                    "configuration": configuration,
                    "return_url": return_url,
                },
                once(),
            )
        return session.url

    async def change_plan(self, account_id: str, plan: Plan) -> tuple[PaidPlan, Standing]:
        """Change the plan: a dearer one for the rest of the month, any other from the next on.

        Raises NotSubscribedError and PaymentFailedError.
        """
        customer = await self._customers.of_account(account_id)
        found = await self._reader.standing(customer.customer_id) if customer else None
        if customer is None or found is None:
            raise NotSubscribedError
        had = paid_plan(found.subscription, found.month)
        if had.state is not PaidPlanState.ACTIVE or found.month is None:
            raise PaymentFailedError
        present = PLANS[found.month.present_plan_id]
        if plan.monthly_price_usd_cents > present.monthly_price_usd_cents:
            await self._let_go_on(found.subscription, present)
            await self._upgrade(found.subscription, plan)
        else:
            await self._let_go_on(found.subscription, plan)
        standing = await self._settler.settle_plan(account_id)
        now = await self._reader.standing(customer.customer_id)
        if now is None:
            raise NotSubscribedError
        return paid_plan(now.subscription, now.month), standing

    async def _let_go_on(self, subscription: stripe.Subscription, plan: Plan) -> None:
        """Have the next invoice be for the plan, without a price for the present month."""
        if plan_of_subscription(subscription) == plan.name and not is_ending(subscription):
            return
        price = await self._catalogue.price_of(plan)
        change: SubscriptionUpdateParams = {
            "items": [{"id": item_of(subscription).id, "price": price}],
            "proration_behavior": "none",
        }
        if subscription.cancel_at_period_end:
            change["cancel_at_period_end"] = False
        elif subscription.cancel_at:  # as the portal sets it; Stripe takes only one of the two
            change["cancel_at"] = ""
        async with self._stripe.asking():
            await self._stripe.api.subscriptions.update_async(subscription.id, change, once())

    async def _upgrade(self, subscription: stripe.Subscription, plan: Plan) -> None:
        """Ask for the difference for the rest of the month; the plan changes once it is paid.

        Once for what was paid so far: of two that were compared with the same plan, the second
        might be a downgrade from what the first made of it, with money back for what it brought.
        """
        price = await self._catalogue.price_of(plan)
        so_far = f"{subscription.id}-{id_of(subscription.latest_invoice)}"
        async with self._stripe.asking():
            await self._stripe.api.subscriptions.update_async(
                subscription.id,
                {
                    "items": [{"id": item_of(subscription).id, "price": price}],
                    "proration_behavior": "always_invoice",
                    "payment_behavior": "pending_if_incomplete",
                },
                once(f"upgrade-{so_far}"),
            )

    async def cancel(self, account_id: str) -> None:
        """End at once whatever an account pays for, and what it might yet begin to."""
        customer = await self._customers.of_account(account_id)
        if customer is None:
            return
        try:
            await self._expire(await self._open_checkouts(customer.customer_id))
            for each in await self._reader.subscriptions(customer.customer_id):
                if each.status not in _ENDED:
                    await self._cancel(each.id)
            await self._settler.settle_plan(account_id)
        except stripe.InvalidRequestError as error:
            if error.code != "resource_missing":
                raise
            # Of a sandbox that was tried before, or deleted there: it pays for nothing any more.
            log.warning("no such customer at Stripe", account_id=account_id)

    async def _cancel(self, subscription_id: str) -> None:
        async with self._stripe.asking():
            try:
                await self._stripe.api.subscriptions.cancel_async(
                    subscription_id, {"invoice_now": False, "prorate": False}, once()
                )
            except stripe.InvalidRequestError as error:
                if error.code != "resource_missing":  # as it says of one that ended meanwhile
                    raise

    async def _open_checkouts(
        self, customer_id: str, mode: str = ""
    ) -> list[stripe.checkout.Session]:
        """List those that can be paid, of a mode or of all, the newest first."""
        async with self._stripe.asking():
            found = await self._stripe.api.checkout.sessions.list_async(
                {"customer": customer_id, "status": "open", "limit": MAX_CHECKOUTS}
            )
        return [each for each in found.data if mode in {"", each.mode}]

    async def _expire(self, checkouts: Iterable[stripe.checkout.Session]) -> None:
        for each in checkouts:
            async with self._stripe.asking():
                # One that was paid or expired meanwhile is not open: what was bought, others see.
                with suppress(stripe.InvalidRequestError):
                    await self._stripe.api.checkout.sessions.expire_async(each.id)

    async def _customer(self, buyer: Buyer) -> Customer:
        if found := await self._customers.of_account(buyer.account_id):
            return found
        key = uuid5(NAMESPACE_URL, f"{buyer.account_id} {buyer.email}")
        async with self._stripe.asking():
            made = await self._stripe.api.customers.create_async(
                {"email": buyer.email, "metadata": {"account_id": buyer.account_id}},
                once(f"customer-{key}"),
            )
        return await self._customers.add(buyer.account_id, made.id)


def _url(url: str | None) -> str:
    if not url:  # only sessions for pages of one's own have none
        raise PaymentsUnavailableError
    return url
