"""The plans, their limits and the prices, the same for every service."""

from og_plans.plans import PLANS, PRICES, Plan, PlansError, Prices

__all__ = ["PLANS", "PRICES", "Plan", "PlansError", "Prices"]
