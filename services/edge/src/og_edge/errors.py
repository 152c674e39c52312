"""Every error a client of the HTTP API can get: its status, its code and what to change."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar, Final

RETRY_AFTER_S: Final = 1
"""When to try again what failed for a moment."""
SET_UP_AGAIN_AFTER_S: Final = 60
"""When to try again what an operator has to set up first."""


class ApiError(Exception):
    """An answer that is no card.

    `message` is public. `retry_after_s` becomes the Retry-After header.
    """

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    usual_retry_after_s: ClassVar[int | None] = None
    """When to try again where whoever raises it knows nothing better; of every 500."""

    def __init__(self, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = self.usual_retry_after_s if retry_after_s is None else retry_after_s


class MalformedRequestError(ApiError):
    """The request is not HTTP, or its head is over the bounds."""

    status = HTTPStatus.BAD_REQUEST
    code = "malformed_request"


class MethodNotAllowedError(ApiError):
    """A method that is not for this path."""

    status = HTTPStatus.BAD_REQUEST
    code = "method_not_allowed"


class InvalidParameterError(ApiError):
    """A query parameter is missing, repeated or wrong."""

    status = HTTPStatus.BAD_REQUEST
    code = "invalid_parameter"


class UnknownTemplateError(ApiError):
    """No template has this id."""

    status = HTTPStatus.BAD_REQUEST
    code = "unknown_template"


class UrlNotAllowedError(ApiError):
    """The text of `url` shows that it cannot be fetched."""

    status = HTTPStatus.BAD_REQUEST
    code = "url_not_allowed"


class PageUnreachableError(ApiError):
    """The page could not be fetched."""

    status = HTTPStatus.BAD_REQUEST
    code = "page_unreachable"


class PageNotHtmlError(ApiError):
    """What `url` leads to is no web page."""

    status = HTTPStatus.BAD_REQUEST
    code = "page_not_html"


class PageWithoutContentError(ApiError):
    """What came is not the page: a bot challenge, a login wall, a "not found", an empty shell."""

    status = HTTPStatus.BAD_REQUEST
    code = "page_without_content"


NO_PAGE: Final = (PageUnreachableError, PageNotHtmlError, PageWithoutContentError)
"""There is no page to look at; values that the request gives may still make a card."""


class RefreshRequiresApiKeyError(ApiError):
    """`refresh=true` came with a site id."""

    status = HTTPStatus.BAD_REQUEST
    code = "refresh_requires_api_key"


class CardBlockedError(ApiError):
    """The account's owner has blocked this card: it is not drawn until they lift that."""

    status = HTTPStatus.BAD_REQUEST
    code = "card_blocked"


class UnknownPathError(ApiError):
    """Nothing is served at this path below /api/og."""

    status = HTTPStatus.BAD_REQUEST
    code = "unknown_path"


class MissingCredentialsError(ApiError):
    """Neither an API key nor a site id came."""

    status = HTTPStatus.UNAUTHORIZED
    code = "missing_credentials"


class InvalidApiKeyError(ApiError):
    """The API key is malformed, unknown, revoked or expired."""

    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_api_key"


class InvalidSessionError(ApiError):
    """Whoever was signed in at the dashboard is not any more; no answer of /api/og."""

    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_session"


class InsufficientScopeError(ApiError):
    """The API key has not the scope that is asked for, or a site id came where a key must."""

    status = HTTPStatus.UNAUTHORIZED
    code = "insufficient_scope"


class SuspendedError(ApiError):
    """An operator suspended the account, the API key or the site."""

    status = HTTPStatus.UNAUTHORIZED
    code = "suspended"


class InvalidSiteError(ApiError):
    """No site has this id."""

    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_site"


class SiteDomainMismatchError(ApiError):
    """The page is not on the site's domain."""

    status = HTTPStatus.UNAUTHORIZED
    code = "site_domain_mismatch"


class SiteNotVerifiedError(ApiError):
    """The page carries no tag that points back to us with this site id and this very card."""

    status = HTTPStatus.UNAUTHORIZED
    code = "site_not_verified"


class InsufficientCreditsError(ApiError):
    """The account has fewer credits than this answer costs, or may cost with `mode=ai`."""

    status = HTTPStatus.PAYMENT_REQUIRED
    code = "insufficient_credits"


class SpendingLimitReachedError(ApiError):
    """The API key or the site has spent the credits it may spend on one day."""

    status = HTTPStatus.PAYMENT_REQUIRED
    code = "spending_limit_reached"


class PlanRequiredError(ApiError):
    """The account's plan does not include what was asked for."""

    status = HTTPStatus.PAYMENT_REQUIRED
    code = "plan_required"


class NotFoundError(ApiError):
    """Nothing is served at this path, outside /api/og, or nothing is known of what is asked."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class RateLimitExceededError(ApiError):
    """The window of the account, or for failed attempts of the address, is full."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "rate_limit_exceeded"


class DailyCardsReachedError(ApiError):
    """The site has made the new cards it may make on one day; cards that exist are still served."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "daily_cards_reached"


class DailyPreviewsReachedError(ApiError):
    """The account has seen its free previews of the day in the playground; no answer of /api/og."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "daily_previews_reached"


class AiNotConfiguredError(ApiError):
    """A new card with `mode=ai`, but the operator has set up no AI endpoint."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "ai_not_configured"
    usual_retry_after_s = SET_UP_AGAIN_AFTER_S


class OverloadedError(ApiError):
    """We have more to do than we can now."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "overloaded"
    usual_retry_after_s = RETRY_AFTER_S


class InternalError(ApiError):
    """Something went wrong on our end; the log has the cause under the request id."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    usual_retry_after_s = RETRY_AFTER_S

    def __init__(self, *, retry_after_s: int | None = None, logged_under: str = "") -> None:
        """`logged_under` is the id of the request whose log has the cause, if not of this one."""
        super().__init__("Something went wrong on our end.", retry_after_s=retry_after_s)
        self.logged_under = logged_under
