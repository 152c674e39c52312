"""An error of a drawing, as it is told to those who waited for it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from og_edge.errors import ApiError, InternalError
from og_service import context

_KINDS: Final = {kind.code: kind for kind in ApiError.__subclasses__() if kind is not InternalError}


def public_failure(error: Exception) -> ApiError:
    """Give what a client is told of error, which belongs to the request under way."""
    if isinstance(error, ApiError):
        return error
    return InternalError(logged_under=context.request_id.get())


def to_document(failure: ApiError) -> dict[str, Any]:
    """Write a failure as JSON."""
    return {
        "code": failure.code,
        "message": failure.message,
        "retry_after_s": failure.retry_after_s,
        "logged_under": failure.logged_under if isinstance(failure, InternalError) else "",
    }


def from_document(document: Mapping[str, Any]) -> ApiError:
    """Read what to_document wrote, by this version or another one."""
    kind = _KINDS.get(document["code"])
    retry_after_s = document["retry_after_s"]
    if kind is None:
        return InternalError(
            retry_after_s=retry_after_s, logged_under=document.get("logged_under", "")
        )
    return kind(document["message"], retry_after_s=retry_after_s)
