"""Has the ledger follow what Stripe says, and asks anew where what was asked was overtaken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from og_billing.billed_months import BilledMonth, Unbilled
from og_billing.commands import Settle
from og_billing.customers import Customer, Customers
from og_billing.months import Standing
from og_billing.payment_errors import PaymentsOvertakenError, PaymentsUnavailableError
from og_billing.purchases import Payment
from og_billing.writer import Writer

MAX_ATTEMPTS: Final = 8
"""A checkout makes about five events at once, of which each may be overtaken by each other."""


class Asked(Protocol):
    """Where what a customer has paid for is asked."""

    async def billed_month(self, customer_id: str) -> BilledMonth | None:
        """Find the month that is paid; None where no plan is to be had."""
        ...

    async def payment(self, payment_id: str) -> tuple[str, Payment | None]:
        """Give whose payment it is and, where it paid for a pack, how it stands."""
        ...


class Settler:
    """Settles one thing of one customer at a time.

    The customer's version is read before Stripe is, and what would be written is refused where it
    has risen meanwhile. So whatever is written was asked after what was written before it, in
    however many processes, and the ledger never goes back to what Stripe said earlier.
    """

    def __init__(self, asked: Asked, customers: Customers, writer: Writer) -> None:
        self._asked = asked
        self._customers = customers
        self._writer = writer

    async def settle_plan(self, account_id: str, event_id: str = "") -> Standing:
        """Have the ledger follow the plan; raises PaymentsUnavailableError."""

        async def settled(customer: Customer) -> BilledMonth | Unbilled:
            return await self._asked.billed_month(customer.customer_id) or Unbilled()

        return await self._settle(account_id, event_id, settled)

    async def settle_pack(self, account_id: str, payment_id: str, event_id: str) -> Standing:
        """Have the ledger follow a payment that is paid; raises PaymentsUnavailableError."""

        async def settled(_customer: Customer) -> Payment:
            _, payment = await self._asked.payment(payment_id)
            if payment is None:  # it was paid when we were told of it, and stays so
                raise PaymentsUnavailableError
            return payment

        return await self._settle(account_id, event_id, settled)

    async def _settle(
        self,
        account_id: str,
        event_id: str,
        ask: Callable[[Customer], Awaitable[BilledMonth | Payment | Unbilled]],
    ) -> Standing:
        for _ in range(MAX_ATTEMPTS):
            customer = await self._customers.of_account(account_id)
            if customer is None:
                break
            settled = await ask(customer)
            try:
                return await self._writer.write(
                    Settle(account_id, customer.version, event_id, settled)
                )
            except PaymentsOvertakenError:
                continue
        raise PaymentsUnavailableError
