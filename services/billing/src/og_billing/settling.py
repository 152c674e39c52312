"""What a book knows of Stripe's customers and what they paid, and what changes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from og_billing.commands import Settle
from og_billing.payment_errors import PaymentsOvertakenError
from og_billing.purchases import Purchase, PurchaseEntry


@dataclass(slots=True)
class Settlements:
    """What was found under the accounts' locks, and what is to be written with the book.

    `versions` are the customers' by account, `purchases` by payment, `handled` events by id.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    handled: set[str] = field(default_factory=set)
    settled: dict[str, Settle] = field(default_factory=dict)
    changed: dict[str, Purchase] = field(default_factory=dict)
    entries: list[PurchaseEntry] = field(default_factory=list)

    @classmethod
    def found(
        cls, versions: Mapping[str, int], purchases: Iterable[Purchase], handled: Iterable[str]
    ) -> Settlements:
        """Take what the database has."""
        return cls(versions, {each.payment_id: each for each in purchases}, set(handled))

    def admit(self, command: Settle) -> bool:
        """Tell whether it is yet to do.

        Raises PaymentsOvertakenError where something reached the ledger since Stripe was asked.
        """
        if command.event_id and command.event_id in self.handled:
            return False
        account_id = command.account_id
        if account_id in self.settled or self.versions.get(account_id) != command.version:
            raise PaymentsOvertakenError
        return True

    def note(self, command: Settle) -> None:
        """Note that it is done."""
        self.settled[command.account_id] = command
        self.handled.add(command.event_id)

    def keep(self, purchase: Purchase, charge_id: str | None) -> None:
        """Note how a purchase stands now, and the entry that it brought about, if any."""
        self.purchases[purchase.payment_id] = self.changed[purchase.payment_id] = purchase
        if charge_id:
            self.entries.append(PurchaseEntry(charge_id, purchase.payment_id))
