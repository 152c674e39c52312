"""What an answer costs, as the ledger tells it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from og_plans import PRICES

MAX_REFERENCE_CHARS: Final = 128
"""Billing takes no longer ones."""


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


class Payer(NamedTuple):
    """An API key or a site, and what may be spent through it on one day of UTC; 0: no limit."""

    payer_id: str
    daily_credits_max: int
    daily_generations_max: int


class Purchase(NamedTuple):
    """What is paid: under which id (a UUID), whose credits, through what, and how it is called.

    `reference` is what the customer's statement calls it. `payer` is None where the account itself
    pays.
    """

    charge_id: str
    account_id: str
    payer: Payer | None
    reference: str


def reference_to(template_id: str, page_url: str) -> str:
    """Say in a line of a statement which card was paid, in MAX_REFERENCE_CHARS at most."""
    text = f"{template_id} {page_url}"
    if not text.isprintable():
        text = "".join(char for char in text if char.isprintable())
    return text if len(text) <= MAX_REFERENCE_CHARS else text[: MAX_REFERENCE_CHARS - 1] + "…"


class Receipt(NamedTuple):
    """What was charged, and what the account has left."""

    charged_credits: int
    balance_credits: int | None
    """None where it is not known."""


FREE: Final = Receipt(charged_credits=0, balance_credits=None)


class ReservationReleasedError(Exception):
    """A reservation was released or expired before it was captured: the card is free."""
