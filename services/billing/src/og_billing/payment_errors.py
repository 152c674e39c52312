"""Why payments are refused or put off."""

from __future__ import annotations

from collections.abc import Iterable

from og_billing.errors import OUTAGE_RETRY_AFTER_S
from og_service.errors import Code, ServiceError


class UnknownPackError(ServiceError):
    """A pack that is not in the table of packs."""

    code = Code.INVALID_ARGUMENT
    reason = "UNKNOWN_PACK"

    def __init__(self, pack_ids: Iterable[str]) -> None:
        description = f"must be one of {', '.join(pack_ids)}"
        super().__init__(f"pack_id: {description}", field_violations={"pack_id": description})


class PaymentsNotConfiguredError(ServiceError):
    """The operator gave no key of Stripe's."""

    code = Code.FAILED_PRECONDITION
    reason = "PAYMENTS_NOT_CONFIGURED"

    def __init__(self) -> None:
        super().__init__("Payments are not set up here; the operator grants credits and plans.")


class AlreadySubscribedError(ServiceError):
    """The account pays for a plan already; a second one would be paid besides."""

    code = Code.FAILED_PRECONDITION
    reason = "ALREADY_SUBSCRIBED"

    def __init__(self) -> None:
        super().__init__("The account pays for a plan already; change that one.")


class NotSubscribedError(ServiceError):
    """The account pays for no plan that could be changed."""

    code = Code.FAILED_PRECONDITION
    reason = "NOT_SUBSCRIBED"

    def __init__(self) -> None:
        super().__init__("The account pays for no plan; begin a checkout of one.")


class PaymentFailedError(ServiceError):
    """A payment of the account's is open; nothing was changed."""

    code = Code.FAILED_PRECONDITION
    reason = "PAYMENT_FAILED"

    def __init__(self) -> None:
        super().__init__("A payment of this plan failed; pay what is open first.")


class CustomerNotFoundError(ServiceError):
    """The account never began a checkout."""

    code = Code.NOT_FOUND
    reason = "CUSTOMER_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("The account has bought nothing yet; begin a checkout first.")


class InvalidSignatureError(ServiceError):
    """An event that was not signed with our secret, or more than five minutes ago."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_SIGNATURE"

    def __init__(self) -> None:
        super().__init__("The signature is none of Stripe's for this event.")


class PaymentsUnavailableError(ServiceError):
    """Stripe is away or busy; whatever was asked may be asked again."""

    code = Code.UNAVAILABLE
    reason = "PAYMENTS_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "Stripe cannot be reached. Call again a little later.",
            retry_after_s=OUTAGE_RETRY_AFTER_S,
        )


class PaymentsOvertakenError(PaymentsUnavailableError):
    """What was read at Stripe may be older than what the ledger has: it must be read again."""
