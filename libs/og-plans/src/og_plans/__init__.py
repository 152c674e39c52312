"""The plans, packs, their limits and the prices, the same for every service."""

from og_plans.plans import PACKS, PLANS, PRICES, Pack, Plan, PlansError, Prices

__all__ = ["PACKS", "PLANS", "PRICES", "Pack", "Plan", "PlansError", "Prices"]
