"""What each operation answers, for the OpenAPI description."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from og_edge import errors
from og_edge.error_guide import error_kinds
from og_edge.openapi_parts import LIMITS, TEXT, error_answer, json_of, reference, with_headers
from og_edge.options import ImageFormat

Answers = dict[str, dict[str, Any]]

_OF_EVERY_CARD: Final = (
    "Accept-Ranges",
    "Cache-Control",
    "ETag",
    "X-Cache",
    "X-Credits-Charged",
    "X-Credits-Remaining",
    "X-Fallback",
    "X-OG-AI",
    "X-OG-Missing-Glyphs",
    *LIMITS,
    "X-Request-Id",
)
_BAD_QUERY: Final = (
    errors.MalformedRequestError,
    errors.InvalidParameterError,
    errors.UnknownTemplateError,
    errors.UrlNotAllowedError,
)
_NOT_THE_OWNER: Final = (
    errors.MissingCredentialsError,
    errors.InvalidApiKeyError,
    errors.InsufficientScopeError,
    errors.SuspendedError,
)
_OURS: Final = (errors.OverloadedError, errors.InternalError)

CARD_ANSWERS: Final[Answers] = {
    "200": {
        **with_headers("The card, 1200x630 px unless asked otherwise.", *_OF_EVERY_CARD),
        "content": {
            image_format.media_type: {"schema": {**TEXT, "format": "binary"}}
            for image_format in ImageFormat
        },
    },
    "304": with_headers("The card is the one you have (If-None-Match).", *_OF_EVERY_CARD),
    "400": error_answer(
        "Invalid parameters or missing required fields.",
        error_kinds(HTTPStatus.BAD_REQUEST),
        *LIMITS,
    ),
    "401": error_answer(
        "Missing or invalid credentials.", error_kinds(HTTPStatus.UNAUTHORIZED), *LIMITS
    ),
    "402": error_answer(
        "Insufficient credits, what the key or site may spend a day is spent, or a paid plan is "
        "needed.",
        error_kinds(HTTPStatus.PAYMENT_REQUIRED),
        *LIMITS,
    ),
    "429": error_answer(
        "Rate limit exceeded, or the site has made its new cards of the day; see Retry-After.",
        error_kinds(HTTPStatus.TOO_MANY_REQUESTS),
        *LIMITS,
    ),
    "500": error_answer(
        "Something went wrong on our end.", error_kinds(HTTPStatus.INTERNAL_SERVER_ERROR), *LIMITS
    ),
}
_LIMITED: Final = error_answer(
    "Rate limit exceeded; see Retry-After.", [errors.RateLimitExceededError], *LIMITS
)
_BAD_TAG: Final = error_answer(
    "Invalid parameters or missing required fields.", _BAD_QUERY, *LIMITS
)
_FAILED: Final = error_answer("Something went wrong on our end.", _OURS, *LIMITS)

VERIFICATION_ANSWERS: Final[Answers] = {
    "200": {
        **with_headers("What was seen.", "Cache-Control", *LIMITS, "X-Request-Id"),
        **json_of("Verification", {"differs": reference("examples", "Verification")}),
    },
    "400": _BAD_TAG,
    "401": error_answer(
        "Missing or invalid credentials, a key without the scope, or no site of the account's.",
        (*_NOT_THE_OWNER, errors.InvalidSiteError, errors.SiteDomainMismatchError),
        *LIMITS,
    ),
    "404": error_answer(
        "The page was not looked at within 30 days.", [errors.NotFoundError], *LIMITS
    ),
    "429": _LIMITED,
    "500": _FAILED,
}
DELETION_ANSWERS: Final[Answers] = {
    "204": with_headers(
        "There is no such card (any more).", "Cache-Control", *LIMITS, "X-Request-Id"
    ),
    "400": _BAD_TAG,
    "401": error_answer(
        "Missing or invalid credentials, or a key without the scope.", _NOT_THE_OWNER, *LIMITS
    ),
    "429": _LIMITED,
    "500": _FAILED,
}
LIST_ANSWERS: Final[Answers] = {
    "200": {
        **with_headers("Every template.", "Cache-Control", "ETag", "X-Request-Id"),
        **json_of("TemplateList", {"one": reference("examples", "Templates")}),
    },
    "304": with_headers("The list is the one you have (If-None-Match).", "ETag"),
    "500": error_answer("Something went wrong on our end.", _OURS),
}
