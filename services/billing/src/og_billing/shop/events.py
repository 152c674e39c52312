"""Events that Stripe sends: whose they are, and what is to be asked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import stripe
import structlog

from og_billing.customers import Customers
from og_billing.errors import InvalidRequestError, ServiceError
from og_billing.metrics import PAYMENT_EVENTS
from og_billing.payment_errors import InvalidSignatureError
from og_billing.settler import Settler
from og_billing.shop.objects import id_of
from og_billing.shop.reading import StripeReader

log = structlog.get_logger()

MAX_PAYLOAD_BYTES: Final = 512 * 1024
"""Stripe's own are some KiB; invoices with many lines tens of them."""
MAX_SIGNATURE_CHARS: Final = 1_024
TOLERANCE_S: Final = 300
"""How old a signature may be, and how far the clocks may differ: the library's own value."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What an event is about: the plan of a customer, or a payment."""

    customer_id: str = ""
    payment_id: str = ""

    @property
    def kind(self) -> str:
        """A word for it."""
        if self.payment_id:
            return "payment"
        return "plan" if self.customer_id else "other"


class PaymentEvents:
    """Handles them."""

    def __init__(
        self, secret: str, reader: StripeReader, customers: Customers, settler: Settler
    ) -> None:
        self._secret = secret
        self._reader = reader
        self._customers = customers
        self._settler = settler

    async def handle(self, payload: bytes, signature: str) -> str:
        """Have the ledger follow what an event says has changed, and give the account's id.

        It is empty for what concerns no account here. Raises InvalidSignatureError,
        InvalidRequestError and PaymentsUnavailableError.
        """
        try:
            event = self._verified(payload, signature)
        except ServiceError:
            PAYMENT_EVENTS.labels("unknown", "refused").inc()
            raise
        subject, result = _subject(event.data.object), "failed"
        try:
            if account_id := await self._customers.was_handled(event.id):
                result = "known"
                return account_id
            account_id = await self._follow(subject, event.id)
            result = "handled" if account_id else "nobodys"
        finally:
            PAYMENT_EVENTS.labels(subject.kind, result).inc()
        log.info("payment event", type=event.type, event_id=event.id, account_id=account_id)
        return account_id

    def _verified(self, payload: bytes, signature: str) -> stripe.Event:
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise InvalidRequestError("payload", f"must have at most {MAX_PAYLOAD_BYTES:,} bytes")
        if len(signature) > MAX_SIGNATURE_CHARS:
            raise InvalidSignatureError
        try:
            event: stripe.Event = stripe.Webhook.construct_event(
                payload, signature, self._secret, TOLERANCE_S
            )
        except stripe.SignatureVerificationError as error:
            raise InvalidSignatureError from error
        except ValueError as error:
            raise InvalidRequestError("payload", "must be an event of Stripe's") from error
        if not (getattr(event, "object", "") == "event" and getattr(event, "id", "")):
            raise InvalidRequestError("payload", "must be an event of Stripe's")
        return event

    async def _follow(self, subject: _Subject, event_id: str) -> str:
        """Have the ledger follow, and give the account's id, if it is one's here."""
        if subject.payment_id:
            return await self._handle_payment(subject.payment_id, event_id)
        if subject.customer_id:
            return await self._handle_plan(subject.customer_id, event_id)
        return ""

    async def _handle_plan(self, customer_id: str, event_id: str) -> str:
        customer = await self._customers.of_id(customer_id)
        if customer is None:
            return ""
        await self._settler.settle_plan(customer.account_id, event_id)
        return customer.account_id

    async def _handle_payment(self, payment_id: str, event_id: str) -> str:
        customer_id, payment = await self._reader.payment(payment_id)
        customer = await self._customers.of_id(customer_id)
        if customer is None or payment is None:
            return ""  # not paid, or not for a pack: an invoice's payment is the invoice's affair
        await self._settler.settle_pack(customer.account_id, payment_id, event_id)
        return customer.account_id


def _subject(thing: Any) -> _Subject:
    match thing.object:
        case "subscription" | "invoice":
            return _Subject(customer_id=id_of(thing.customer))
        case "checkout.session" if thing.mode == "subscription":
            return _Subject(customer_id=id_of(thing.customer))
        case "checkout.session" | "charge" | "refund" | "dispute":
            return _Subject(payment_id=id_of(thing.payment_intent))
        case "payment_intent":
            return _Subject(payment_id=thing.id)
    return _Subject()
