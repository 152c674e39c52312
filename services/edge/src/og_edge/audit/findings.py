"""What an audit can find, and what each of it means."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum


class Kind(Enum):
    """Something that was found; its value is what it means.

    The first ones break a promise of ours, whatever was cut off when. Those of LEFTOVERS are what
    a crash in the middle of a request leaves, and what a customer gains by it.
    """

    LEDGER_DOES_NOT_ADD_UP = "the ledger's own sums are wrong: see services/billing/README.md"
    STATEMENT_DOES_NOT_CONTINUE = "the balance after it does not follow from the entry before"
    CHARGED_WITHOUT_CARD = "a new card was charged that the history of cards does not have"
    CHARGED_ANOTHERS_CARD = "a new card was charged that is in another account's history"
    CARDS_CHARGED_OTHERWISE = "the charge is not the price that the history tells"
    CACHED_CARDS_CHARGED_OTHERWISE = "a card that existed was charged at another price than its own"
    CARDS_NEVER_RESERVED = "a new card is in the history that nothing was set aside for"
    CARDS_WITHOUT_HISTORY = "a card is kept whose making the history does not have"
    UNKNOWN_PAYERS = "charged through what is no API key and no site of the account"
    PLANS_DIFFER = "auth and billing have the account on different plans"
    UNKNOWN_ACCOUNTS = "billing or edge knows the account, auth does not"
    RECEIVED_WITHOUT_CHARGE = "an answer came that was not charged"
    CARDS_NOT_CHARGED = "free: what was set aside for the card goes back when its reservation ends"
    UNSETTLED_CARDS = "the next request for the card takes what is due, if it is still set aside"
    CHARGED_NOT_RECEIVED = "charged, and the answer did not come"

    @property
    def is_difference(self) -> bool:
        """Whether it breaks a promise."""
        return self not in LEFTOVERS

    @property
    def key(self) -> str:
        """Its name in what is printed."""
        return self.name.lower()


LEFTOVERS = frozenset({Kind.CARDS_NOT_CHARGED, Kind.UNSETTLED_CARDS, Kind.CHARGED_NOT_RECEIVED})


@dataclass(frozen=True)
class Finding:
    """One thing that was found: of which account, at what (a request id, a key, …), and details."""

    kind: Kind
    account_id: str
    subject: str
    detail: str = ""

    def as_dict(self) -> dict[str, object]:
        """Give it for JSON."""
        told = {"kind": self.kind.key, "difference": self.kind.is_difference}
        return {**told, **{k: v for k, v in asdict(self).items() if k != "kind"}}
