"""What other services' errors mean to a client of ours."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from og_edge import daily_limits, errors
from og_service.status import RemoteError

_PUBLIC: Final[dict[str, type[errors.ApiError]]] = {
    "URL_NOT_ALLOWED": errors.UrlNotAllowedError,
    "PAGE_UNREACHABLE": errors.PageUnreachableError,
    "PAGE_NOT_HTML": errors.PageNotHtmlError,
    "PAGE_WITHOUT_CONTENT": errors.PageWithoutContentError,
    "MISSING_FIELD": errors.InvalidParameterError,
    "AI_NOT_CONFIGURED": errors.AiNotConfiguredError,
    "SITE_NOT_FOUND": errors.InvalidSiteError,
}
_BUSY: Final = frozenset(
    {
        "EXTRACT_QUEUE_FULL",
        "RENDER_QUEUE_FULL",
        "LEDGER_QUEUE_FULL",
        "RESOURCE_EXHAUSTED",
    }
)


def public_error(error: RemoteError) -> errors.ApiError | None:
    """Translate an error that a client can do something about; None for all others."""
    if kind := _PUBLIC.get(error.reason):
        wait_s = None if error.retry_after_s is None else math.ceil(error.retry_after_s)
        return kind(error.message, retry_after_s=wait_s)
    if error.reason == "INSUFFICIENT_CREDITS":
        balance = error.metadata.get("balance_credits", "0")
        return errors.InsufficientCreditsError(
            f"You have {balance} credits remaining. Upgrade your plan or purchase a credit pack."
        )
    if limit := daily_limits.refusal(error.reason, error.metadata, _now):
        return limit
    if error.reason in _BUSY:
        wait_s = max(errors.RETRY_AFTER_S, round(error.retry_after_s or 0))
        return errors.OverloadedError(
            "We have more to do than we can now. Try again soon.", retry_after_s=wait_s
        )
    return None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
