"""What the edge and its audit call of billing, and so may; og_service.policy has the rest."""

from __future__ import annotations

from typing import Final

EDGE_BILLING: Final = frozenset(
    {
        "BatchCharge",
        "Capture",
        "Charge",
        "GetBalance",
        "GetSubscription",
        "ListDailySpending",
        "ListEntries",
        "ListNotices",
        "Release",
        "Reserve",
        "SetLowBalance",
        "SetPlan",
    }
)
AUDITOR_BILLING: Final = frozenset({"GetSubscription", "ListBalances", "ListEntries"})
EDGE_PAYMENT: Final = frozenset(
    {
        "BeginPackCheckout",
        "BeginPlanCheckout",
        "CancelSubscription",
        "ChangePlan",
        "GetPayments",
        "HandleEvent",
        "OpenPortal",
    }
)
