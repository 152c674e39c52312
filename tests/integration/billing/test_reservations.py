from __future__ import annotations

from datetime import UTC, datetime, timedelta

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from og.billing.v1 import billing_pb2 as pb
from og_service.status import RemoteError
from tests.integration.billing.client import (
    Client,
    buckets,
    called,
    charge_request,
    new_id,
    reason_of,
)

AI = pb.CHARGE_KIND_AI_GENERATION


async def test_what_is_reserved_cannot_be_spent_and_is_charged_at_the_capture(
    billing: Client,
) -> None:
    account, charge_id = await billing.account(plan=4, pack=8), new_id()
    before = datetime.now(UTC)
    reserved = await billing.reserve(account, charge_id=charge_id, hold_s=60)
    assert reserved.reserved_credits == 10
    assert buckets(reserved.balance) == (0, 2, 10)
    held_for = reserved.expire_time.ToDatetime(UTC) - before
    assert timedelta(seconds=55) < held_for < timedelta(seconds=65)
    assert await reason_of(billing.charge(account, pb.CHARGE_KIND_GENERATION)) == (
        "INSUFFICIENT_CREDITS"
    )
    captured = await billing.capture(charge_id)
    assert captured.charged_credits == 10
    assert buckets(captured.balance) == (0, 2, 0)
    assert await billing.balance(account) == captured.balance


@pytest.mark.parametrize(
    ("plan", "pack", "left"),
    [(150, 50, (140, 50, 0)), (60, 50, (50, 50, 0)), (4, 98, (0, 92, 0)), (0, 100, (0, 90, 0))],
)
async def test_a_capture_as_a_cheaper_kind_leaves_what_a_charge_of_that_kind_leaves(
    billing: Client, plan: int, pack: int, left: tuple[int, int, int]
) -> None:
    account, charge_id = await billing.account(plan, pack), new_id()
    await billing.reserve(account, AI, charge_id=charge_id)
    captured = await billing.capture(charge_id, pb.CHARGE_KIND_GENERATION)
    assert captured.charged_credits == 10
    assert buckets(captured.balance) == left
    assert await billing.balance(account) == captured.balance
    other = await billing.account(plan, pack)
    assert buckets((await billing.charge(other, pb.CHARGE_KIND_GENERATION)).balance) == left


async def test_a_capture_may_be_repeated_as_the_kind_it_was_and_as_no_other(
    billing: Client,
) -> None:
    account, charge_id = await billing.account(plan=200), new_id()
    await billing.reserve(account, AI, charge_id=charge_id)
    captured = await billing.capture(charge_id, pb.CHARGE_KIND_CACHED_CARD)
    assert await billing.capture(charge_id, pb.CHARGE_KIND_CACHED_CARD) == captured
    for kind in (pb.CHARGE_KIND_UNSPECIFIED, pb.CHARGE_KIND_GENERATION, AI):
        with pytest.raises(RemoteError) as refused:
            await billing.capture(charge_id, kind)
        assert (refused.value.code, refused.value.reason) == (
            grpc.StatusCode.ALREADY_EXISTS,
            "CHARGE_ID_REUSED",
        )
    assert await reason_of(billing.release(charge_id)) == "RESERVATION_CAPTURED"
    assert buckets(await billing.balance(account)) == (199, 0, 0)


async def test_a_capture_whole_may_name_its_kind_or_not(billing: Client) -> None:
    account, charge_id = await billing.account(plan=100), new_id()
    await billing.reserve(account, AI, charge_id=charge_id)
    captured = await billing.capture(charge_id, AI)
    assert captured.charged_credits == 100
    assert await billing.capture(charge_id) == captured


@pytest.mark.parametrize("kind", [AI, 77])
async def test_nothing_is_captured_as_a_dearer_kind_or_an_unknown_one(
    billing: Client, kind: pb.ChargeKind.ValueType
) -> None:
    account, charge_id = await billing.account(plan=200), new_id()
    await billing.reserve(account, charge_id=charge_id)
    with pytest.raises(RemoteError, match="INVALID_REQUEST: kind: must") as refused:
        await billing.capture(charge_id, kind)
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert buckets(await billing.balance(account)) == (190, 0, 10)
    assert (await billing.capture(charge_id)).charged_credits == 10


async def test_released_credits_go_back_to_the_buckets_they_came_from(billing: Client) -> None:
    account, charge_id = await billing.account(plan=4, pack=8), new_id()
    await billing.reserve(account, charge_id=charge_id)
    await billing.grant(account, 3)
    assert buckets((await billing.release(charge_id)).balance) == (7, 8, 0)


async def test_every_step_may_be_repeated(billing: Client) -> None:
    account, captured_id, released_id = await billing.account(plan=30), new_id(), new_id()
    reserved = await billing.reserve(account, charge_id=captured_id)
    assert await billing.reserve(account, charge_id=captured_id) == reserved
    captured = await billing.capture(captured_id)
    assert await billing.capture(captured_id) == captured
    await billing.reserve(account, charge_id=released_id)
    released = await billing.release(released_id)
    assert await billing.release(released_id) == released
    # Even the first step, after the last.
    assert await billing.reserve(account, charge_id=captured_id) == reserved
    assert buckets(await billing.balance(account)) == (20, 0, 0)


async def test_a_reservation_is_resolved_once(billing: Client) -> None:
    account, captured_id, released_id = await billing.account(plan=20), new_id(), new_id()
    for charge_id in (captured_id, released_id):
        await billing.reserve(account, charge_id=charge_id)
    await billing.capture(captured_id)
    await billing.release(released_id)
    for call, reason in (
        (billing.release(captured_id), "RESERVATION_CAPTURED"),
        (billing.capture(released_id), "RESERVATION_RELEASED"),
    ):
        with pytest.raises(RemoteError) as refused:
            await call
        assert (refused.value.code, refused.value.reason) == (
            grpc.StatusCode.FAILED_PRECONDITION,
            reason,
        )
    assert buckets(await billing.balance(account)) == (10, 0, 0)


async def test_what_was_not_reserved_is_not_found(billing: Client) -> None:
    account, charged_id = await billing.account(plan=20), new_id()
    await billing.charge(account, charge_id=charged_id)
    for charge_id in (new_id(), charged_id):
        for resolve in (billing.capture, billing.release):
            with pytest.raises(RemoteError) as refused:
                await resolve(charge_id)
            assert refused.value.code is grpc.StatusCode.NOT_FOUND
            assert refused.value.reason == "RESERVATION_NOT_FOUND"


async def test_a_reservations_charge_id_is_not_for_other_content(billing: Client) -> None:
    account, charge_id = await billing.account(plan=200), new_id()
    await billing.reserve(account, charge_id=charge_id, hold_s=60)
    for conflicting in (
        billing.reserve(account, charge_id=charge_id, hold_s=61),
        billing.reserve(account, AI, charge_id=charge_id, hold_s=60),
        billing.charge(account, pb.CHARGE_KIND_GENERATION, charge_id=charge_id),
    ):
        assert await reason_of(conflicting) == "CHARGE_ID_REUSED"
    assert buckets(await billing.balance(account)) == (190, 0, 10)


async def test_too_little_cannot_be_reserved(billing: Client) -> None:
    account = await billing.account(plan=9)
    assert await reason_of(billing.reserve(account)) == "INSUFFICIENT_CREDITS"
    assert buckets(await billing.balance(account)) == (9, 0, 0)


@pytest.mark.parametrize(
    "hold",
    [
        Duration(),
        Duration(nanos=999_999_999),
        Duration(seconds=-5),
        Duration(seconds=3600, nanos=1000),
        Duration(seconds=2**63 - 1),
        Duration(seconds=-(2**63)),
    ],
)
async def test_a_hold_has_its_bounds(billing: Client, hold: Duration) -> None:
    request = pb.ReserveRequest(charge=charge_request("a"), hold_duration=hold)
    with pytest.raises(RemoteError, match="INVALID_REQUEST: hold_duration: must be 1 second to 1"):
        await called(billing.stub.Reserve, request)


async def test_a_wrong_reservation_is_refused_by_the_name_of_its_field(billing: Client) -> None:
    with pytest.raises(RemoteError, match=r"INVALID_REQUEST: charge\.account_id: must"):
        await billing.reserve("")
    with pytest.raises(RemoteError, match="INVALID_REQUEST: charge_id: must"):
        await billing.capture("nothing")
