"""Errors on the wire: ServiceError to google.rpc.Status and back."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from og_service.errors import Code, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.message import Message

_NANOS_PER_S = 1_000_000_000


def to_status(error: ServiceError, domain: str) -> status_pb2.Status:
    """Describe error as one ErrorInfo, plus BadRequest and RetryInfo where they apply."""
    info = error_details_pb2.ErrorInfo(
        reason=error.reason, domain=domain, metadata=dict(error.metadata)
    )
    details: list[Message] = [info]
    if error.field_violations:
        bad_request = error_details_pb2.BadRequest()
        for field, description in error.field_violations.items():
            bad_request.field_violations.add(field=field, description=description)
        details.append(bad_request)
    if error.retry_after_s is not None:
        delay = duration_pb2.Duration()
        delay.FromNanoseconds(int(error.retry_after_s * _NANOS_PER_S))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    return status_pb2.Status(
        code=int(error.code), message=error.message, details=[_packed(item) for item in details]
    )


def _packed(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed


class RemoteError(Exception):
    """What another service answered instead of a result.

    `reason` is the ErrorInfo's reason, or the status code's name where the answer carried none
    (a connection that failed, a deadline that passed). `field_violations` says for people, by the
    names of a request's fields, what to change in each.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: str,
        message: str,
        metadata: Mapping[str, str],
        retry_after_s: float | None,
        field_violations: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(f"{code.name} {reason}: {message}")
        self.code = code
        self.reason = reason
        self.message = message
        self.metadata = metadata
        self.retry_after_s = retry_after_s
        self.field_violations = field_violations

    @property
    def is_timeout(self) -> bool:
        """Whether the call's deadline passed."""
        return self.code is grpc.StatusCode.DEADLINE_EXCEEDED

    @property
    def outcome_unknown(self) -> bool:
        """Whether the call may or may not have taken effect."""
        return self.reason in {
            Code.UNAVAILABLE.name,
            Code.DEADLINE_EXCEEDED.name,
            Code.INTERNAL.name,
            "CANCELLED",
            "UNKNOWN",
        } or self.code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


def from_rpc_error(error: grpc.aio.AioRpcError) -> RemoteError:
    """Read the details that a server of ours attached to error."""
    info = error_details_pb2.ErrorInfo()
    retry = error_details_pb2.RetryInfo()
    bad_request = error_details_pb2.BadRequest()
    reason, metadata, retry_after_s = error.code().name, dict[str, str](), None
    violations: dict[str, str] = {}
    for detail in _details(error):
        if detail.Unpack(info):
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(retry):
            retry_after_s = retry.retry_delay.ToNanoseconds() / _NANOS_PER_S
        elif detail.Unpack(bad_request):
            violations |= {it.field: it.description for it in bad_request.field_violations}
    message = error.details() or ""
    return RemoteError(error.code(), reason, message, metadata, retry_after_s, violations)


def _details(error: grpc.aio.AioRpcError) -> list[any_pb2.Any]:
    try:
        status = rpc_status.from_call(cast("grpc.Call", error))
    except ValueError:  # a status that contradicts its details comes from no server of ours
        return []
    return list(status.details) if status else []
