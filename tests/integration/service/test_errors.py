from __future__ import annotations

from typing import cast

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from structlog.testing import capture_logs

from og_service.status import from_rpc_error
from og_stack.ports import LOOPBACK, free_ports
from tests.integration.service.echo import DOMAIN, SECRET, call, channel_of


async def _failure(channel: grpc.aio.Channel, word: str) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(channel, word)
    return caught.value


def _status(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    status = rpc_status.from_call(cast("grpc.Call", error))
    assert status is not None
    return cast("status_pb2.Status", status)


def _kinds(status: status_pb2.Status) -> list[str]:
    return [detail.TypeName().removeprefix("google.rpc.") for detail in status.details]


async def test_a_refusal_carries_its_reason_and_when_to_come_back(
    channel: grpc.aio.Channel,
) -> None:
    error = await _failure(channel, "refuse")
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert error.details() == "Wash up first."
    status = _status(error)
    assert _kinds(status) == ["ErrorInfo", "RetryInfo"]
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(retry)
    assert (info.reason, info.domain, info.metadata) == (
        "TOO_MANY_TEAPOTS",
        DOMAIN,
        {"teapots": "7"},
    )
    assert retry.retry_delay.ToMilliseconds() == 1250


async def test_a_wrong_field_is_named(channel: grpc.aio.Channel) -> None:
    error = await _failure(channel, "invalid")
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    status = _status(error)
    assert _kinds(status) == ["ErrorInfo", "BadRequest"]
    wrong = error_details_pb2.BadRequest()
    assert status.details[1].Unpack(wrong)
    (violation,) = wrong.field_violations
    assert (violation.field, violation.description) == ("value", "say something else")
    assert from_rpc_error(error).field_violations == {"value": "say something else"}


async def test_work_that_ran_out_of_time_is_told_so(channel: grpc.aio.Channel) -> None:
    error = await _failure(channel, "late")
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert _kinds(_status(error)) == ["ErrorInfo"]


async def test_a_failure_of_ours_says_nothing_of_its_cause(
    channel: grpc.aio.Channel,
) -> None:
    with capture_logs() as log:
        error = await _failure(channel, "break")
    assert error.code() is grpc.StatusCode.INTERNAL
    assert error.details() == "Something went wrong on our end."
    status = _status(error)
    assert _kinds(status) == ["ErrorInfo"]
    assert SECRET not in str(status)
    assert "RuntimeError" not in str(status)
    assert [line["event"] for line in log if line["log_level"] == "error"] == ["call failed"]


async def test_a_caller_reads_back_what_was_raised(channel: grpc.aio.Channel) -> None:
    remote = from_rpc_error(await _failure(channel, "refuse"))
    assert remote.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert remote.reason == "TOO_MANY_TEAPOTS"
    assert remote.message == "Wash up first."
    assert remote.metadata == {"teapots": "7"}
    assert remote.retry_after_s == 1.25
    assert not remote.outcome_unknown


@pytest.mark.parametrize("word", ["break", "late"])
async def test_after_a_failure_the_outcome_is_unknown(channel: grpc.aio.Channel, word: str) -> None:
    assert from_rpc_error(await _failure(channel, word)).outcome_unknown


async def test_a_server_that_is_away_is_a_reason_too() -> None:
    async with channel_of(f"{LOOPBACK}:{free_ports(1)[0]}") as channel:
        remote = from_rpc_error(await _failure(channel, "anything"))
    assert remote.reason == "UNAVAILABLE"
    assert remote.outcome_unknown
