"""What Stripe billed for a month of a plan, and which credits it brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from og_plans import PLANS

GRACE: Final = timedelta(days=7)
"""How long a plan goes on after what is paid, without new credits. A renewal's invoice is paid an
hour after the month began; a payment that fails is tried again for days."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A paid invoice for the rest of a month on a dearer plan, from a moment of it on."""

    invoice_id: str
    plan_id: str
    from_time: datetime


@dataclass(frozen=True, slots=True)
class Unbilled:
    """That no plan is paid for."""


@dataclass(frozen=True, slots=True)
class BilledMonth:
    """A month of a plan that is paid, with the upgrades that were paid in it, in their order.

    `is_ending` says that no other follows it.
    """

    invoice_id: str
    plan_id: str
    start_time: datetime
    until_time: datetime
    is_ending: bool
    upgrades: Sequence[Upgrade] = ()

    @property
    def end_time(self) -> datetime:
        """When the plan ends unless the next month is paid."""
        return self.until_time if self.is_ending else self.until_time + GRACE

    @property
    def present_plan_id(self) -> str:
        """The plan that was paid last."""
        return self.upgrades[-1].plan_id if self.upgrades else self.plan_id

    def upgrade_credits(self) -> list[int]:
        """Give what each upgrade brings: the plans' difference, by the share of the month left.

        Stripe asks for the same share of the price. Whole credits, rounded down.
        """
        whole_s = int((self.until_time - self.start_time).total_seconds())
        had, brings = PLANS[self.plan_id].monthly_credits, []
        for upgrade in self.upgrades:
            left_s = int((self.until_time - upgrade.from_time).total_seconds())
            monthly = PLANS[upgrade.plan_id].monthly_credits
            more = max(monthly - had, 0)
            brings.append(more * min(max(left_s, 0), whole_s) // whole_s)
            had = max(monthly, had)
        return brings
