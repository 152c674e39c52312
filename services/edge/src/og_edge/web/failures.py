"""What a visitor is told of a failure."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from og_edge.errors import ApiError, OverloadedError
from og_edge.web.errors import PageError, PageNotFoundError
from og_service.status import RemoteError

_OURS: Final = PageError(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our end",
    "Try again in a moment. If it stays, tell us the request's id below.",
)
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
        if failure.code.name == "NOT_FOUND":
            return PageNotFoundError()
        if failure.code.name in _BUSY:
            return PageError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "Too many at once",
                failure.message,
                retry_after_s=max(1, round(failure.retry_after_s or 1)),
            )
    return _OURS


def is_ours(failure: BaseException) -> bool:
    """Whether a failure is told as ours, so that its cause belongs into the log."""
    return as_page(failure) is _OURS
