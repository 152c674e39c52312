from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from og_billing.entries import Balance
from og_service.errors import Code, InternalError, InvalidRequestError, ServiceError

__all__ = [
    "BalanceTooLargeError",
    "ChargeIdReusedError",
    "DailyCreditsReachedError",
    "DailyGenerationsReachedError",
    "InsufficientCreditsError",
    "InternalError",
    "InvalidRequestError",
    "LedgerQueueFullError",
    "LedgerUnavailableError",
    "PlanIsPaidError",
    "ReservationCapturedError",
    "ReservationNotFoundError",
    "ReservationReleasedError",
    "ServiceError",
    "SubscriptionNotFoundError",
    "UnknownPlanError",
]

QUEUE_RETRY_AFTER_S = 0.5
OUTAGE_RETRY_AFTER_S = 1.0


class InsufficientCreditsError(ServiceError):
    """The account has too little; nothing was taken."""

    code = Code.FAILED_PRECONDITION
    reason = "INSUFFICIENT_CREDITS"

    def __init__(self, balance: Balance, needed_credits: int) -> None:
        has = balance.available_credits
        super().__init__(
            f"The account has {has} credits, {needed_credits} are needed.",
            metadata={"balance_credits": str(has)},
        )
        self.balance = balance


class ChargeIdReusedError(ServiceError):
    """The charge_id was used before with other content; nothing was done."""

    code = Code.ALREADY_EXISTS
    reason = "CHARGE_ID_REUSED"

    def __init__(self, balance: Balance) -> None:
        super().__init__("The charge_id was used for something else; make a new one.")
        self.balance = balance


@dataclass(frozen=True, slots=True)
class FullDay:
    """A payer's day that has no room left: the limit, what counts already, when it starts anew."""

    payer_id: str
    daily_max: int
    counted: int
    reset_time: datetime

    def metadata(self) -> dict[str, str]:
        """Give it for programs; the time in Unix seconds."""
        return {
            "payer_id": self.payer_id,
            "daily_max": str(self.daily_max),
            "reset_time": str(int(self.reset_time.timestamp())),
        }


class DailyCreditsReachedError(ServiceError):
    """The payer's credits of the day are spent or set aside; nothing was taken."""

    code = Code.FAILED_PRECONDITION
    reason = "DAILY_CREDITS_REACHED"

    def __init__(self, balance: Balance, day: FullDay, needed_credits: int) -> None:
        super().__init__(
            f"{day.daily_max} credits a day may be spent through {day.payer_id}, {day.counted} are"
            f" spent or set aside and {needed_credits} are needed."
            f" The next day begins at {day.reset_time:%Y-%m-%d %H:%M} UTC.",
            metadata=day.metadata(),
        )
        self.balance = balance


class DailyGenerationsReachedError(ServiceError):
    """The payer's new cards of the day are made or under way; nothing was taken."""

    code = Code.FAILED_PRECONDITION
    reason = "DAILY_GENERATIONS_REACHED"

    def __init__(self, balance: Balance, day: FullDay) -> None:
        super().__init__(
            f"{day.daily_max} new cards a day may be made through {day.payer_id} and"
            f" {day.counted} are made or under way."
            f" The next day begins at {day.reset_time:%Y-%m-%d %H:%M} UTC.",
            metadata=day.metadata(),
        )
        self.balance = balance


class BalanceTooLargeError(ServiceError):
    """The account would have more than a balance may hold; nothing was granted."""

    code = Code.FAILED_PRECONDITION
    reason = "BALANCE_TOO_LARGE"

    def __init__(self, balance: Balance, max_credits: int) -> None:
        super().__init__(
            f"The account has {balance.total_credits} credits, those set aside included, and may"
            f" have at most {max_credits}; grant less."
        )


class UnknownPlanError(ServiceError):
    """A plan that is not in the table of plans."""

    code = Code.INVALID_ARGUMENT
    reason = "UNKNOWN_PLAN"

    def __init__(self, plan_ids: Iterable[str]) -> None:
        description = f"must be one of {', '.join(plan_ids)}"
        super().__init__(f"plan_id: {description}", field_violations={"plan_id": description})


class PlanIsPaidError(ServiceError):
    """The account pays for its plan, so that its payments decide it."""

    code = Code.FAILED_PRECONDITION
    reason = "PLAN_IS_PAID"

    def __init__(self) -> None:
        super().__init__(
            "The account pays for its plan; change the plan that is paid, or end it first."
        )


class SubscriptionNotFoundError(ServiceError):
    """The account was never put on a plan."""

    code = Code.NOT_FOUND
    reason = "SUBSCRIPTION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("The account is on no plan; set one first.")


class ReservationNotFoundError(ServiceError):
    """Nothing was reserved under the charge_id."""

    code = Code.NOT_FOUND
    reason = "RESERVATION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("Nothing was reserved under this charge_id.")


class ReservationReleasedError(ServiceError):
    """The reservation's credits went back, or its time is over."""

    code = Code.FAILED_PRECONDITION
    reason = "RESERVATION_RELEASED"

    def __init__(self) -> None:
        super().__init__("The reservation was released or has expired; reserve again.")


class ReservationCapturedError(ServiceError):
    """The reservation's credits were taken."""

    code = Code.FAILED_PRECONDITION
    reason = "RESERVATION_CAPTURED"

    def __init__(self) -> None:
        super().__init__("The reservation was captured; its credits cannot come back.")


class LedgerQueueFullError(ServiceError):
    """More writes wait than the ledger may hold; this one was not begun."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "LEDGER_QUEUE_FULL"

    def __init__(self) -> None:
        super().__init__(
            "Too many writes are waiting; this one was not begun. Call again a little later.",
            retry_after_s=QUEUE_RETRY_AFTER_S,
        )


class LedgerUnavailableError(ServiceError):
    """The database is away; a write may or may not have been made."""

    code = Code.UNAVAILABLE
    reason = "LEDGER_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "The ledger cannot be reached and the outcome is unknown. "
            "Call again with the same charge_id.",
            retry_after_s=OUTAGE_RETRY_AFTER_S,
        )
