"""Very many callers at once, of several replicas, each doing what callers are told to do."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import grpc

from og.billing.v1 import billing_pb2 as pb
from og.billing.v1 import billing_pb2_grpc
from og_service.status import from_rpc_error
from tests.integration.billing.client import Client, Kind, charge_request
from tests.integration.billing.processes import TOKEN, Process, client_of

if TYPE_CHECKING:
    from og.billing.v1.billing_pb2_grpc import BillingServiceAsyncStub

CHANNELS_PER_REPLICA = 3
CALL_TIMEOUT_S = 20
READY_TIMEOUT_S = 90
MAX_ATTEMPTS = 200
MAX_PAUSE_S = 0.5
METADATA = (("authorization", f"Bearer {TOKEN}"),)


class Answer(NamedTuple):
    """`reason` is OK or the refusal's; `message` is the answer itself, or None."""

    reason: str
    message: Any


class Crowd:
    """Its calls go to the replicas in turns; `refused` counts those that were not begun."""

    def __init__(self, stubs: Sequence[BillingServiceAsyncStub], client: Client) -> None:
        self.client = client
        self.refused = Counter[str]()
        self._turns = itertools.cycle(stubs)

    async def ask(self, method: str, request: Any) -> Answer:
        """Call, and call again with the same charge_id until the outcome is known."""
        for _ in range(MAX_ATTEMPTS):
            try:
                call = getattr(next(self._turns), method)
                return Answer("OK", await call(request, timeout=CALL_TIMEOUT_S, metadata=METADATA))
            except grpc.aio.AioRpcError as failed:
                error = from_rpc_error(failed)
            is_not_begun = error.code is grpc.StatusCode.RESOURCE_EXHAUSTED
            if not (is_not_begun or error.outcome_unknown):
                return Answer(error.reason, None)
            self.refused[error.reason] += 1
            await asyncio.sleep(random.uniform(0.1, 1) * (error.retry_after_s or MAX_PAUSE_S))
        raise AssertionError(f"no outcome after {MAX_ATTEMPTS} calls: {error}")

    async def charge(self, account: str, payer: pb.Payer | None = None) -> Answer:
        request = charge_request(account)
        if payer:
            request.payer.CopyFrom(payer)
        return await self.ask("Charge", request)

    async def reserve(
        self,
        account: str,
        kind: Kind = pb.CHARGE_KIND_GENERATION,
        *,
        charge_id: str | None = None,
        payer: pb.Payer | None = None,
    ) -> Answer:
        request = pb.ReserveRequest(charge=charge_request(account, kind, charge_id=charge_id))
        request.hold_duration.seconds = 3600
        if payer:
            request.charge.payer.CopyFrom(payer)
        return await self.ask("Reserve", request)


@asynccontextmanager
async def crowd_before(replicas: Sequence[Process]) -> AsyncIterator[Crowd]:
    """Open channels to replicas that were started."""
    # Channels of one process share a connection unless they are told otherwise.
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with AsyncExitStack() as stack:
        stubs: list[BillingServiceAsyncStub] = []
        for replica in list(replicas) * CHANNELS_PER_REPLICA:
            channel = grpc.aio.insecure_channel(replica.address, options=options)
            await stack.enter_async_context(channel)
            await asyncio.wait_for(channel.channel_ready(), READY_TIMEOUT_S)
            stubs.append(billing_pb2_grpc.BillingServiceStub(channel))
        client = await stack.enter_async_context(client_of(replicas[0]))
        yield Crowd(stubs, client)


async def all_at_once(calls: Iterable[Awaitable[Answer]]) -> list[Answer]:
    """Make every call before any of them is answered."""
    return await asyncio.gather(*calls)


def reasons(answers: Iterable[Answer]) -> Counter[str]:
    return Counter(answer.reason for answer in answers)


async def statement(client: Client, account: str) -> list[pb.Entry]:
    """Read the whole statement, the oldest first, after looking whether its lines go on."""
    lines: list[pb.Entry] = []
    token, is_first = "", True
    while is_first or token:
        page, token = await client.page(account, 1000, token)
        lines, is_first = lines + page, False
    lines.reverse()
    has = 0
    for line in lines:
        has += line.available_delta_credits
        assert line.balance.available_credits == has >= 0
        assert line.balance.reserved_credits >= 0
    return lines
