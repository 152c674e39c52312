"""What can be asked of the ledger. Making a command checks it: InvalidRequestError says what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from og_billing.billed_months import BilledMonth, Unbilled
from og_billing.entries import Bucket, ChargeKind
from og_billing.errors import InvalidRequestError, UnknownPlanError
from og_billing.purchases import Payment
from og_plans import PLANS, PRICES, Plan

MAX_ACCOUNT_ID_CHARS = 128
MAX_REFERENCE_CHARS = 128
MAX_PAYER_ID_CHARS = 64
MAX_GRANT_CREDITS = 1_000_000_000
MAX_LOW_BALANCE_CREDITS = 1_000_000_000
MAX_BALANCE_CREDITS = 10**15
"""Far below what a bigint holds, and whole in JSON."""
MIN_HOLD = timedelta(seconds=1)
MAX_HOLD = timedelta(hours=1)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# PostgreSQL stores no NUL, and none of the others belongs into a name or a statement.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_PRICES_CREDITS = {
    ChargeKind.CACHED_CARD: PRICES.cached_card_credits,
    ChargeKind.GENERATION: PRICES.generation_credits,
    ChargeKind.AI_GENERATION: PRICES.ai_generation_credits,
}


def price_credits(kind: ChargeKind) -> int:
    """Give what a charge of this kind costs."""
    return _PRICES_CREDITS[kind]


def parse_charge_id(text: str) -> str:
    """Read a charge_id and give it as PostgreSQL writes UUIDs: in small letters."""
    if not _UUID.fullmatch(text):
        raise InvalidRequestError("charge_id", "must be a UUID of 36 characters")
    return text.lower()


def check_account_id(account_id: str) -> None:
    """Refuse what names no account."""
    if not account_id:
        raise InvalidRequestError("account_id", "must not be empty")
    _check_text("account_id", account_id, MAX_ACCOUNT_ID_CHARS)


def check_payer_id(payer_id: str) -> None:
    """Refuse what names no payer; the empty one is the account itself."""
    _check_text("payer.payer_id", payer_id, MAX_PAYER_ID_CHARS)


def _check_text(field: str, text: str, max_chars: int) -> None:
    if len(text) > max_chars:
        raise InvalidRequestError(field, f"must have at most {max_chars} characters")
    # What is printable holds none, which is quicker to tell.
    if not text.isprintable() and _CONTROL.search(text):
        raise InvalidRequestError(field, "must hold no control characters")


@dataclass(frozen=True, slots=True)
class Grant:
    """Add credits to a bucket."""

    charge_id: str
    account_id: str
    credits: int
    bucket: Bucket
    reference: str

    def __post_init__(self) -> None:
        """Check the fields."""
        check_account_id(self.account_id)
        _check_text("reference", self.reference, MAX_REFERENCE_CHARS)
        if not 1 <= self.credits <= MAX_GRANT_CREDITS:
            raise InvalidRequestError("credits", f"must be 1 to {MAX_GRANT_CREDITS:,}")


@dataclass(frozen=True, slots=True)
class Payer:
    """A key or a site, and what may be spent through it on a day of UTC; 0 is no limit."""

    payer_id: str
    daily_credits_max: int = 0
    daily_generations_max: int = 0

    def __post_init__(self) -> None:
        """Check the fields."""
        if not self.payer_id:
            raise InvalidRequestError("payer.payer_id", "must not be empty; leave out payer")
        check_payer_id(self.payer_id)
        for field in ("daily_credits_max", "daily_generations_max"):
            if getattr(self, field) < 0:
                raise InvalidRequestError(f"payer.{field}", "must be 0 (no limit) or more")


@dataclass(frozen=True, slots=True)
class Charge:
    """Take credits at once."""

    charge_id: str
    account_id: str
    kind: ChargeKind
    reference: str
    payer: Payer | None = None
    """Through what it is paid; None is the account itself."""

    def __post_init__(self) -> None:
        """Check the fields."""
        check_account_id(self.account_id)
        _check_text("reference", self.reference, MAX_REFERENCE_CHARS)

    @property
    def payer_id(self) -> str:
        """The payer's; empty for the account itself."""
        return self.payer.payer_id if self.payer else ""


@dataclass(frozen=True, slots=True)
class Reserve:
    """Set a charge's credits aside for a while."""

    charge: Charge
    hold: timedelta

    def __post_init__(self) -> None:
        """Check the fields."""
        if not MIN_HOLD <= self.hold <= MAX_HOLD:
            raise InvalidRequestError("hold_duration", "must be 1 second to 1 hour")

    @property
    def charge_id(self) -> str:
        """The charge's."""
        return self.charge.charge_id

    @property
    def account_id(self) -> str:
        """The charge's."""
        return self.charge.account_id

    @property
    def payer_id(self) -> str:
        """The charge's."""
        return self.charge.payer_id


@dataclass(frozen=True, slots=True)
class Capture:
    """Take what was reserved, or the price of another kind and give the rest back."""

    charge_id: str
    kind: ChargeKind | None = None
    """What it turned out to be; None is the kind it was reserved for."""


@dataclass(frozen=True, slots=True)
class Release:
    """Give back what was reserved."""

    charge_id: str


@dataclass(frozen=True, slots=True)
class SetPlan:
    """Put an account on a plan of the table."""

    account_id: str
    plan_id: str

    def __post_init__(self) -> None:
        """Check the fields."""
        check_account_id(self.account_id)
        if self.plan_id not in PLANS:
            raise UnknownPlanError(PLANS)

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        return PLANS[self.plan_id]


@dataclass(frozen=True, slots=True)
class SetLowBalance:
    """Set below which balance an account gets a notice; 0 is a part of a month's credits."""

    account_id: str
    credits: int

    def __post_init__(self) -> None:
        """Check the fields."""
        check_account_id(self.account_id)
        if not 0 <= self.credits <= MAX_LOW_BALANCE_CREDITS:
            raise InvalidRequestError(
                "low_balance_credits", f"must be 1 to {MAX_LOW_BALANCE_CREDITS:,}, or 0"
            )


@dataclass(frozen=True, slots=True)
class Renew:
    """Let a month that is over end and the next begin, on an account that nobody uses."""

    account_id: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Have the ledger follow what was read at Stripe about one customer.

    `version` was the customer's before that was read; what was read before something else reached
    the ledger is refused. `event_id` is the event that asked for it, empty where none did.
    `settled` is a payment for a pack, or what is paid of a plan.
    """

    account_id: str
    version: int
    event_id: str
    settled: Payment | BilledMonth | Unbilled


Opening = Grant | Charge | Reserve
Closing = Capture | Release
Posting = Opening | Closing
Terms = SetPlan | SetLowBalance | Renew | Settle
Command = Posting | Terms
