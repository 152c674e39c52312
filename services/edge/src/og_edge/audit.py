"""Comparing what was charged with what was drawn and what was received."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

from og_edge.billing import Charge
from og_plans import PRICES


@dataclass(frozen=True)
class Findings:
    """What an account's charges, cards and answers say of each other; ids are request ids.

    Only `received_without_charge` breaks a promise of ours. A charge without a card or without an
    answer is what a crash in the middle of a request leaves. A card that was not charged is
    unsettled still, or was given free because its reservation had expired. No card should be
    charged at another price than the history tells.
    """

    charges: int
    charged_credits: int
    charged_without_card: list[str]
    cards_not_charged: list[str]
    cards_charged_otherwise: list[str]
    unsettled_cards: list[str]
    charged_not_received: list[str]
    received_without_charge: list[str]

    def as_dict(self) -> dict[str, object]:
        """Give the findings for JSON."""
        return asdict(self)


def compare(
    charges: Iterable[Charge],
    generation_prices: Mapping[str, int],
    unsettled_ids: Iterable[str],
    received_ids: Collection[str] | None,
) -> Findings:
    """Compare an account's charges with its generations and, where given, with its answers."""
    taken = {charge.charge_id: charge for charge in charges}
    received = set(received_ids or ())
    return Findings(
        charges=len(taken),
        charged_credits=sum(charge.credits for charge in taken.values()),
        charged_without_card=sorted(
            charge_id
            for charge_id, charge in taken.items()
            if charge.new_card and charge_id not in generation_prices
        ),
        cards_not_charged=sorted(
            generation_id
            for generation_id, price in generation_prices.items()
            if price > PRICES.cached_card_credits and generation_id not in taken
        ),
        cards_charged_otherwise=sorted(
            charge_id
            for charge_id, charge in taken.items()
            if charge.new_card
            and generation_prices.get(charge_id, charge.credits) != charge.credits
        ),
        unsettled_cards=sorted(set(unsettled_ids) - taken.keys()),
        charged_not_received=[] if received_ids is None else sorted(taken.keys() - received),
        received_without_charge=sorted(received - taken.keys()),
    )
