"""Who asks, what they may, and where their rate limit stands."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, NamedTuple, Protocol

from og_edge import errors
from og_edge.billing import Payer

RATE_WINDOW_S: Final = 60


class Decision(Enum):
    """What the auth service decided."""

    ALLOWED = auto()
    MISSING_CREDENTIALS = auto()
    INVALID_API_KEY = auto()
    INVALID_SITE = auto()
    SITE_DOMAIN_MISMATCH = auto()
    SITE_NOT_VERIFIED = auto()
    RATE_LIMITED = auto()
    SCOPE_MISSING = auto()
    SUSPENDED = auto()
    INVALID_SESSION = auto()


class Verification(Enum):
    """Where a site's verification of one page stands."""

    UNSPECIFIED = auto()
    NOT_NEEDED = auto()
    VERIFIED = auto()
    UNKNOWN = auto()
    REJECTED = auto()
    EXISTING_CARDS_ONLY = auto()


class Scope(Enum):
    """What an API key must be good for."""

    GENERATE = auto()
    MANAGE = auto()


class Credential(NamedTuple):
    """What a client showed: an API key, a site id, a session of the dashboard, or nothing.

    A session is good for every scope, and what it spends the account itself pays.
    """

    api_key: str | None = None
    site_id: str | None = None
    session_token: str | None = None


class Inquiry(NamedTuple):
    """What auth is asked: who this is, from where, and whether they may.

    `page_url` is the page that the card is for, "" where the request names none; `card_digest` is
    the card's, empty where the request is not whole.
    """

    credential: Credential
    client_address: str
    page_url: str
    card_digest: bytes = b""
    scope: Scope = Scope.GENERATE


class RateLimit(NamedTuple):
    """A window of 60 seconds; from reset_unix_s on there is room for one more request in it.

    It is an account's, or where `counts_failures` that of a client's address.
    """

    limit: int
    remaining: int
    reset_unix_s: int
    counts_failures: bool = False


class Account(NamedTuple):
    """A customer."""

    account_id: str
    ai_allowed: bool


class Authorization(NamedTuple):
    """A decision.

    An allowed request whose `verification` is UNKNOWN needs a look at its page first. Its card is
    that of `canonical_url`, where there is one. What it spends is spent through `payer`. Where
    `admits_new_cards_apart`, a new card must be asked for once more. `serves_fallback` says whether
    the site's requests get a card even where they fail for no fault of their own.
    """

    decision: Decision
    rate_limit: RateLimit
    account: Account | None = None
    verification: Verification = Verification.NOT_NEEDED
    canonical_url: str = ""
    payer: Payer | None = None
    admits_new_cards_apart: bool = False
    serves_fallback: bool = False


class Authorizer(Protocol):
    """Decides about requests."""

    async def authorize(self, inquiry: Inquiry) -> Authorization:
        """Ask who this is and count the request."""

    async def admit_new_card(
        self, site_id: str, client_address: str, timeout_s: float
    ) -> Authorization:
        """Count a new card asked for by site, where that was asked for."""


NOT_OF_SITE: Final = (
    "The domain of url does not match the site's: it is neither the registered domain, nor its www "
    "twin, nor a host added to the site. Add the host to the site, or use the id of the host's own "
    "site."
)

_DENIALS: dict[Decision, tuple[type[errors.ApiError], str]] = {
    Decision.MISSING_CREDENTIALS: (
        errors.MissingCredentialsError,
        "Send an API key (Authorization: Bearer …) or a site id (site=…).",
    ),
    Decision.INVALID_API_KEY: (
        errors.InvalidApiKeyError,
        ("The API key is wrong, was revoked or has expired. Create one in Dashboard → API Keys."),
    ),
    Decision.SCOPE_MISSING: (
        errors.InsufficientScopeError,
        (
            "The API key is not for this. Use one that has the scope: generate for cards, manage "
            "for what the account has; Dashboard → API Keys shows the scopes of each key."
        ),
    ),
    Decision.SUSPENDED: (
        errors.SuspendedError,
        (
            "The account, or this API key or site, is suspended. Nothing it has is lost; write to "
            "support to find out why and to have it resumed."
        ),
    ),
    Decision.INVALID_SESSION: (
        errors.InvalidSessionError,
        "You are not signed in any more. Sign in again.",
    ),
    Decision.INVALID_SITE: (
        errors.InvalidSiteError,
        "No site has this id. Copy it from Dashboard → Sites.",
    ),
    Decision.SITE_DOMAIN_MISMATCH: (
        errors.SiteDomainMismatchError,
        NOT_OF_SITE,
    ),
    Decision.SITE_NOT_VERIFIED: (
        errors.SiteNotVerifiedError,
        (
            "The page has no og:image or twitter:image tag that points to this API with this site "
            "id. Add the tag to the page, then try again in a minute."
        ),
    ),
}


_LIMIT_EXCEEDED: Final = (
    "Rate limit of {limit} requests a minute exceeded. Try again in {wait_s} s."
)
_FAILURES_EXCEEDED: Final = (
    "More than {limit} requests a minute failed from this address: credentials missing, wrong or "
    "not good for this, unknown sites, pages that are not verified, or no valid request at all. "
    "Mend what fails; try again in {wait_s} s."
)


def denial(authorization: Authorization, now_unix_s: float) -> errors.ApiError | None:
    """Give the error that answers a denied request, or None when it may go on."""
    if authorization.decision is Decision.ALLOWED:
        return None
    if authorization.decision is Decision.RATE_LIMITED:
        return _limited(authorization.rate_limit, now_unix_s)
    kind, message = _DENIALS[authorization.decision]
    return kind(message)


def _limited(window: RateLimit, now_unix_s: float) -> errors.RateLimitExceededError:
    # The reset is by another machine's clock; however far apart they are, no window is longer.
    wait_s = min(max(1, round(window.reset_unix_s - now_unix_s + 0.5)), RATE_WINDOW_S)
    message = _FAILURES_EXCEEDED if window.counts_failures else _LIMIT_EXCEEDED
    return errors.RateLimitExceededError(
        message.format(limit=window.limit, wait_s=wait_s), retry_after_s=wait_s
    )
