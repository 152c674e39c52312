"""What an answer costs, as the ledger tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from og_plans import PRICES


class ChargeKind(StrEnum):
    """What a charge is for."""

    CACHED_CARD = "cached_card"
    GENERATION = "generation"
    AI_GENERATION = "ai_generation"

    @property
    def price_credits(self) -> int:
        """What it costs."""
        return _PRICES_CREDITS[self]


_PRICES_CREDITS = {
    ChargeKind.CACHED_CARD: PRICES.cached_card_credits,
    ChargeKind.GENERATION: PRICES.generation_credits,
    ChargeKind.AI_GENERATION: PRICES.ai_generation_credits,
}


@dataclass(frozen=True)
class Receipt:
    """What was charged, and what the account has left."""

    charged_credits: int
    balance_credits: int | None
    """None where it is not known."""


FREE: Final = Receipt(charged_credits=0, balance_credits=None)


@dataclass(frozen=True)
class Charge:
    """Credits that were taken for good."""

    charge_id: str
    credits: int
    new_card: bool


class ReservationReleasedError(Exception):
    """A reservation was released or expired before it was captured: the card is free."""
