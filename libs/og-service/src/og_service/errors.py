from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import ClassVar

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Code(IntEnum):
    """The gRPC status codes a service may answer with (google/rpc/code.proto)."""

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


class ServiceError(Exception):
    """A failure that a caller is told about, with everything it is told.

    Subclasses set `code` and `reason` where they are defined. `message` is public: it says what
    to change and holds no detail of ours. `metadata` becomes google.rpc.ErrorInfo.metadata,
    `field_violations` google.rpc.BadRequest, `retry_after_s` google.rpc.RetryInfo.
    """

    code: ClassVar[Code] = Code.INTERNAL
    reason: ClassVar[str] = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        metadata: Mapping[str, str] = _NOTHING,
        field_violations: Mapping[str, str] = _NOTHING,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = metadata
        self.field_violations = field_violations
        self.retry_after_s = retry_after_s


class InvalidRequestError(ServiceError):
    """A field of a request is missing or wrong."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_REQUEST"

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field}: {description}", field_violations={field: description})


class DeadlineMissingError(ServiceError):
    """A caller set no deadline."""

    code = Code.INVALID_ARGUMENT
    reason = "DEADLINE_MISSING"


class UnknownCallerError(ServiceError):
    """A caller showed no token, or none we know."""

    code = Code.UNAUTHENTICATED
    reason = "UNKNOWN_CALLER"


class CallerNotAllowedError(ServiceError):
    """A caller is known but may not call this method."""

    code = Code.PERMISSION_DENIED
    reason = "CALLER_NOT_ALLOWED"


class DeadlineExceededError(ServiceError):
    """The work was not done in the time the caller gave."""

    code = Code.DEADLINE_EXCEEDED
    reason = "DEADLINE_EXCEEDED"


class InternalError(ServiceError):
    """Our fault; the cause is in the log under the request id."""

    code = Code.INTERNAL
    reason = "INTERNAL"
