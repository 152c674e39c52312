"""What Stripe must have before anything is sold: products, prices and a portal, made when missed.

Plans are products with ids of ours and prices under lookup keys that hold the amount: a new amount
in plans.toml makes a new price, and an invoice's line names the plan it is for. Packs' prices stand
in the checkout itself: what was sold is in the payment's metadata.
"""

from __future__ import annotations

from typing import Final

import stripe

from og_billing.shop.client import Stripe, once
from og_billing.shop.objects import PLAN_PRODUCT
from og_plans import Pack, Plan

CURRENCY: Final = "usd"
_PORTAL: Final = "1"
"""Which of our portal's configurations this is; another number makes another."""
_MAX_CONFIGURATIONS: Final = 100


class Catalogue:
    """Finds what is sold, or makes it; what was found is remembered, for it never changes."""

    def __init__(self, stripe_: Stripe) -> None:
        self._stripe = stripe_
        self._prices: dict[str, str] = {}
        self._portal = ""

    async def price_of(self, plan: Plan) -> str:
        """Give the id of a plan's price by the month."""
        key = f"{PLAN_PRODUCT}{plan.name}_{plan.monthly_price_usd_cents}_{CURRENCY}_month"
        if key not in self._prices:
            self._prices[key] = await self._find_price(key) or await self._make_price(plan, key)
        return self._prices[key]

    async def _find_price(self, key: str) -> str:
        async with self._stripe.asking():
            found = await self._stripe.api.prices.list_async(
                {"lookup_keys": [key], "active": True, "limit": 1}
            )
        return found.data[0].id if found.data else ""

    async def _make_price(self, plan: Plan, key: str) -> str:
        product = f"{PLAN_PRODUCT}{plan.name}"
        await self._make_product(product, f"Instant OG {plan.name.capitalize()}")
        async with self._stripe.asking():
            price = await self._stripe.api.prices.create_async(
                {
                    "product": product,
                    "currency": CURRENCY,
                    "unit_amount": plan.monthly_price_usd_cents,
                    "recurring": {"interval": "month"},
                    "lookup_key": key,
                },
                once(f"price-{key}"),
            )
        return price.id

    async def _make_product(self, product: str, name: str) -> None:
        async with self._stripe.asking():
            try:
                await self._stripe.api.products.create_async({"id": product, "name": name})
            except stripe.InvalidRequestError as error:
                if error.code != "resource_already_exists":
                    raise

    async def portal(self) -> str:
        """Give the id of the portal's configuration: everything but changing plans, which is ours.

        Changes by the portal would follow its rules of proration and not those of the ledger.
        """
        if not self._portal:
            self._portal = await self._find_portal() or await self._make_portal()
        return self._portal

    async def _find_portal(self) -> str:
        async with self._stripe.asking():
            found = await self._stripe.api.billing_portal.configurations.list_async(
                {"active": True, "limit": _MAX_CONFIGURATIONS}
            )
        for each in found.data:
            if each.metadata and each.metadata.to_dict().get("instant_og") == _PORTAL:
                return each.id
        return ""

    async def _make_portal(self) -> str:
        async with self._stripe.asking():
            made = await self._stripe.api.billing_portal.configurations.create_async(
                {
                    "features": {
                        "customer_update": {
                            "enabled": True,
                            "allowed_updates": ["address", "name", "tax_id"],
                        },
                        "invoice_history": {"enabled": True},
                        "payment_method_update": {"enabled": True},
                        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
                        "subscription_update": {"enabled": False},
                    },
                    "metadata": {"instant_og": _PORTAL},
                },
                once(f"portal-{_PORTAL}"),
            )
        return made.id


def pack_name(pack: Pack) -> str:
    """Name a pack as a receipt does."""
    return f"Instant OG, {pack.credits:,} credits"
