"""What a visitor is told of a failure."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from og_edge.errors import ApiError, OverloadedError
from og_edge.web.errors import PageError, PageNotFoundError
from og_service.postgres import StoreAwayError
from og_service.status import RemoteError

_OURS: Final = PageError(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our end",
    "Try again in a moment. If it stays, tell us the request's id below.",
)
_AWAY: Final = PageError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "A part of our service does not answer",
    "It is not your doing. Try again in a moment. If it stays, tell us the request's id below.",
    retry_after_s=5,
)
_NO_ANSWER: Final = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})
_BUSY: Final = frozenset({"RESOURCE_EXHAUSTED"})


def as_page(failure: BaseException) -> PageError:
    """Say what a failure means to a person; one that is ours tells no detail."""
    if isinstance(failure, PageError):
        return failure
    if isinstance(failure, ApiError) and failure.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        wait_s = failure.retry_after_s
        return PageError(failure.status, "That did not work", failure.message, retry_after_s=wait_s)
    if isinstance(failure, OverloadedError):
        return PageError(
            HTTPStatus.SERVICE_UNAVAILABLE, "Too many at once", failure.message, retry_after_s=1
        )
    if isinstance(failure, RemoteError):
        return _of_service(failure)
    return _AWAY if isinstance(failure, StoreAwayError | TimeoutError) else _OURS


def _of_service(failure: RemoteError) -> PageError:
    """Say what another service's failure means."""
    code = failure.code.name
    if code == "NOT_FOUND":
        return PageNotFoundError()
    if code in _BUSY:
        return PageError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many at once",
            failure.message,
            retry_after_s=max(1, round(failure.retry_after_s or 1)),
        )
    return _AWAY if code in _NO_ANSWER else _OURS


def is_ours(failure: BaseException) -> bool:
    """Whether a failure is told as ours, so that its cause belongs into the log."""
    return as_page(failure) in {_OURS, _AWAY}
