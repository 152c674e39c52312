"""Another caller of billing, who repeats every call: at both replicas, at once and later."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_service.channels import open_channel
from tests.faults.books import CALL_TIMEOUT_S, RETRY_PAUSE_S, SETTLED_BY_REPEATING, Account
from tests.faults.topology import Topology

if TYPE_CHECKING:
    from og.billing.v1.billing_pb2_grpc import BillingServiceAsyncStub

WORKERS = 3
HOLD_S = 30
PAUSE_MAX_S = 0.2
PRICES = {billing_pb2.CHARGE_KIND_CACHED_CARD: 1, billing_pb2.CHARGE_KIND_GENERATION: 10}


class Replays:
    """Charges, and reservations that are captured or released; `expected` by charge id.

    What is reserved is held for HOLD_S; one whose capture came too late is expected to be free.
    """

    def __init__(self, account: Account, stubs: list[BillingServiceAsyncStub], seed: str) -> None:
        self.account = account
        self.expected: dict[str, int] = {}
        self.calls = 0
        self.faults: list[str] = []
        self._stubs = stubs
        self._seed = seed

    async def run(self, stop: asyncio.Event) -> None:
        """Call until told to stop, and until the outcome of everything is known."""
        async with asyncio.TaskGroup() as group:
            for number in range(WORKERS):
                rng = random.Random(f"{self._seed}/replays/{number}")
                group.create_task(self._work(stop, rng))

    async def _work(self, stop: asyncio.Event, rng: random.Random) -> None:
        while not stop.is_set():
            way = rng.choice((self._charge, self._charge, self._capture, self._release))
            await way(rng)
            await asyncio.sleep(rng.uniform(0, PAUSE_MAX_S))

    async def _charge(self, rng: random.Random) -> None:
        request = self._request(billing_pb2.CHARGE_KIND_CACHED_CARD)
        await self._twice(rng, "Charge", request)
        self.expected[request.charge_id] = PRICES[request.kind]

    async def _capture(self, rng: random.Random) -> None:
        charge_id = await self._reserve(rng)
        capture = billing_pb2.CaptureRequest(charge_id=charge_id)
        reasons = await self._twice(rng, "Capture", capture)
        is_late = grpc.StatusCode.FAILED_PRECONDITION in reasons
        self.expected[charge_id] = 0 if is_late else 10

    async def _release(self, rng: random.Random) -> None:
        charge_id = await self._reserve(rng)
        await self._twice(rng, "Release", billing_pb2.ReleaseRequest(charge_id=charge_id))
        self.expected[charge_id] = 0

    async def _reserve(self, rng: random.Random) -> str:
        charge = self._request(billing_pb2.CHARGE_KIND_GENERATION)
        request = billing_pb2.ReserveRequest(charge=charge)
        request.hold_duration.FromSeconds(HOLD_S)
        await self._twice(rng, "Reserve", request)
        return charge.charge_id

    def _request(self, kind: billing_pb2.ChargeKind.ValueType) -> billing_pb2.ChargeRequest:
        return billing_pb2.ChargeRequest(
            charge_id=str(uuid.uuid4()),
            account_id=self.account.account_id,
            kind=kind,
            reference="a caller who repeats",
        )

    async def _twice(
        self, rng: random.Random, method: str, request: Any
    ) -> set[grpc.StatusCode | None]:
        """Make a call at both replicas, at once or one after the other, each until it is known."""
        calls = [self._until_known(getattr(stub, method), request) for stub in self._stubs]
        if rng.random() < 0.5:
            return set(await asyncio.gather(*calls))
        return {await call for call in calls}

    async def _until_known(
        self, method: Callable[..., Awaitable[Any]], request: Any
    ) -> grpc.StatusCode | None:
        while True:
            self.calls += 1
            try:
                await method(request, timeout=CALL_TIMEOUT_S)
            except grpc.aio.AioRpcError as error:
                if error.code() in SETTLED_BY_REPEATING:
                    await asyncio.sleep(RETRY_PAUSE_S)
                    continue
                if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                    self.faults.append(f"replay: {error.code().name} {error.details()}")
                return error.code()
            return None


@asynccontextmanager
async def open_replays(topology: Topology, account: Account, seed: str) -> AsyncIterator[Replays]:
    """Open a channel to each replica of billing for the length of the context."""
    async with AsyncExitStack() as stack:
        stubs = []
        for name in topology.shape.names("billing"):
            channel = open_channel(topology.target(name), topology.operator_token)
            await stack.enter_async_context(channel)
            stubs.append(billing_pb2_grpc.BillingServiceStub(channel))
        yield Replays(account, stubs, seed)
