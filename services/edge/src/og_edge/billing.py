"""What an answer costs, as the ledger tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class ChargeKind(Enum):
    """What a charge is for."""

    CACHED_CARD = auto()
    GENERATION = auto()


@dataclass(frozen=True)
class Receipt:
    """What was charged, and what the account has left."""

    charged_credits: int
    balance_credits: int | None
    """None where it is not known."""


@dataclass(frozen=True)
class Charge:
    """Credits that were taken for good."""

    charge_id: str
    credits: int
    new_card: bool


class ReservationReleasedError(Exception):
    """A reservation was released or expired before it was captured: the card is free."""
