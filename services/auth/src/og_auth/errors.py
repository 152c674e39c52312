"""What AccountService refuses and what both services answer while their store is away.

A denied request is no error: decisions.py answers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from og_service.errors import Code, InvalidRequestError, ServiceError

STORE_RETRY_AFTER_S: Final = 1.0


class InvalidClientAddressError(InvalidRequestError):
    """The client's address is no IP address; `field` is where it was."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "Give the client's IPv4 or IPv6 address in text form.")


class InvalidDisplayNameError(InvalidRequestError):
    """An API key's name is empty, too long or holds control characters."""

    def __init__(self, max_chars: int) -> None:
        super().__init__("display_name", f"Give a name of 1 to {max_chars} printable characters.")


class InvalidExpiryError(InvalidRequestError):
    """An API key would end before it begins."""

    def __init__(self) -> None:
        super().__init__("expire_time", "Give a time in the future, or none for a key without end.")


class InvalidOverlapError(InvalidRequestError):
    """A replaced API key would stay good for too long, or for less than nothing."""

    def __init__(self, days_max: int) -> None:
        super().__init__("overlap", f"Give 0 s to {days_max} days.")


class InvalidReasonError(InvalidRequestError):
    """A suspension without a reason, or with one that is too long or holds control characters."""

    def __init__(self, max_chars: int) -> None:
        super().__init__("reason", f"Give a reason of 1 to {max_chars} printable characters.")


class InvalidEmailError(ServiceError):
    """Text that is no e-mail address."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_EMAIL"

    def __init__(self, max_chars: int) -> None:
        text = f"Give an e-mail address such as jane@example.com, at most {max_chars} characters."
        super().__init__(text, field_violations={"email": text})


class UnknownPlanError(ServiceError):
    """A plan that does not exist."""

    code = Code.INVALID_ARGUMENT
    reason = "UNKNOWN_PLAN"

    def __init__(self, plans: Iterable[str]) -> None:
        text = f"Use one of the plans {', '.join(plans)}."
        super().__init__(text, field_violations={"plan_id": text})


class InvalidRateLimitError(ServiceError):
    """An override outside its range."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_RATE_LIMIT"

    def __init__(self, limit_max: int) -> None:
        text = f"Use 1 to {limit_max:,} requests in 60 seconds, or 0 for the plan's limit."
        super().__init__(text, field_violations={"rate_limit_override": text})


class InvalidDomainError(ServiceError):
    """A host that cannot be a site's; the text says why, `field` is where it was."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_DOMAIN"

    def __init__(self, text: str, field: str = "domain") -> None:
        super().__init__(text, field_violations={field: text})


class TooManyHostsError(InvalidRequestError):
    """A site is to have more further hosts than it may."""

    def __init__(self, hosts_max: int) -> None:
        super().__init__("further_hosts", f"Name at most {hosts_max} further hosts.")


class InvalidDailyLimitError(InvalidRequestError):
    """A daily limit outside its range."""

    def __init__(self, field: str, limit_max: int) -> None:
        super().__init__(field, f"Use 0 to {limit_max:,} a day.")


class InvalidCardDefaultsError(InvalidRequestError):
    """A site's cards cannot look like that; `field` is the one of its defaults that is wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"card_defaults.{field}", text)


class InvalidCanonicalUrlError(InvalidRequestError):
    """A page's canonical URL is no other spelling of the page's."""

    def __init__(self, field: str = "canonical_url") -> None:
        text = "Give a URL that differs from page_url in its query only, without a fragment."
        super().__init__(field, text)


class EmailTakenError(ServiceError):
    """Another account has the address."""

    code = Code.ALREADY_EXISTS
    reason = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__("An account with this e-mail address exists; use another address.")


class TooManySignUpsError(ServiceError):
    """As many accounts as may came from one client, or it asked for too many."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_SIGN_UPS"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(
            "Too many accounts came from this address within a day; try again later, or have an "
            "operator make the account.",
            retry_after_s=retry_after_s,
        )


class AccountNotFoundError(ServiceError):
    """No such account."""

    code = Code.NOT_FOUND
    reason = "ACCOUNT_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such account; check the id or the e-mail address.")


class ApiKeyNotFoundError(ServiceError):
    """No such API key."""

    code = Code.NOT_FOUND
    reason = "API_KEY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__('There is no such API key; check the id, which starts with "key_".')


class ApiKeyNotUsableError(ServiceError):
    """An API key that is good no more cannot hand its place on."""

    code = Code.FAILED_PRECONDITION
    reason = "API_KEY_NOT_USABLE"

    def __init__(self) -> None:
        super().__init__("The API key is revoked, expired or suspended; create a new one instead.")


class SiteNotFoundError(ServiceError):
    """No such site, or none of the account's."""

    code = Code.NOT_FOUND
    reason = "SITE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__('There is no such site; check the id, which starts with "site_".')


class TooManyApiKeysError(ServiceError):
    """The account has all the API keys it may have."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_API_KEYS"

    def __init__(self, keys_max: int) -> None:
        super().__init__(f"The account has {keys_max} API keys; revoke one first.")


class TooManySitesError(ServiceError):
    """The account has all the sites it may have."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_SITES"

    def __init__(self, sites_max: int) -> None:
        super().__init__(f"The account has {sites_max} sites, which is the most there may be.")


class StoreUnavailableError(ServiceError):
    """PostgreSQL cannot be reached, or did not answer in time."""

    code = Code.UNAVAILABLE
    reason = "AUTH_STORE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "Accounts cannot be read now; try again.", retry_after_s=STORE_RETRY_AFTER_S
        )
