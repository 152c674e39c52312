"""What callers of the service get: a process of its own, over gRPC."""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bench.ledger.load import Call, Sample, keep_calling
from bench.ledger.ways import PAYER, charge_on
from bench.processes import cpu_us_by_kind
from og.billing.v1 import billing_pb2 as pb
from og.billing.v1 import billing_pb2_grpc
from og_service.channels import open_channel
from og_service.progress import Progress

if TYPE_CHECKING:
    from og.billing.v1.billing_pb2_grpc import BillingServiceAsyncStub

TOKEN = "a-token-for-the-bench-of-the-ledger"  # noqa: S105 - it guards nothing
READY_TIMEOUT_S = 30
CALL_TIMEOUT_S = 30
BATCH_CHARGES = 100


@dataclass(frozen=True)
class Load:
    """Who calls what."""

    method: str
    callers: int
    charges_a_call: int


LOADS = (
    Load("Charge", 1, 1),
    Load("Charge", 256, 1),
    Load("BatchCharge", 1, BATCH_CHARGES),
    Load("BatchCharge", 16, BATCH_CHARGES),
)


@dataclass(frozen=True)
class WireRow:
    """One way of calling, medians over rounds; p99 is a call's, processor times are a charge's."""

    load: Load
    charges_per_s: float
    p99_ms: float
    billing_us: float
    postgres_us: float


@dataclass(frozen=True)
class _Round:
    """What one round took; processor times in µs a charge, by program."""

    sample: Sample
    cpu_us: Mapping[str, float]


async def measure(
    dsn: str, postgres_pid: int, account: str, rounds: int, round_s: float
) -> list[WireRow]:
    """Call as edge does, on one account that can pay for anything."""
    found: dict[Load, list[_Round]] = {load: [] for load in LOADS}
    async with _service(dsn) as (stub, billing_pid):
        programs = {"billing": [billing_pid], "postgres": [postgres_pid]}
        with Progress("turns over gRPC", rounds * len(LOADS)) as progress:
            for _ in range(rounds):
                for load in LOADS:
                    call = partial(CALLS[load.method], stub, account)
                    found[load].append(await _round(call, load, round_s, programs))
                    progress.advance()
    return [
        WireRow(
            load,
            statistics.median(it.sample.calls_per_s for it in taken) * load.charges_a_call,
            statistics.median(it.sample.p99_ms for it in taken),
            statistics.median(it.cpu_us["billing"] for it in taken),
            statistics.median(it.cpu_us["postgres"] for it in taken),
        )
        for load, taken in found.items()
    ]


async def _round(
    call: Call, load: Load, round_s: float, programs: Mapping[str, Sequence[int]]
) -> _Round:
    charges = 0

    async def counted() -> None:
        nonlocal charges
        await call()
        charges += load.charges_a_call

    before = cpu_us_by_kind(programs)
    sample = await keep_calling([counted] * load.callers, round_s)
    after = cpu_us_by_kind(programs)
    return _Round(sample, {name: (after[name] - before[name]) / charges for name in programs})


async def _charge(stub: BillingServiceAsyncStub, account: str) -> None:
    await stub.Charge(_request(account), timeout=CALL_TIMEOUT_S)


async def _batch_charge(stub: BillingServiceAsyncStub, account: str) -> None:
    request = pb.BatchChargeRequest(charges=[_request(account) for _ in range(BATCH_CHARGES)])
    answer = await stub.BatchCharge(request, timeout=CALL_TIMEOUT_S)
    if any(it.result != pb.CHARGE_RESULT_CHARGED for it in answer.outcomes):
        raise RuntimeError("a charge was refused")


CALLS = {"Charge": _charge, "BatchCharge": _batch_charge}


def _request(account: str) -> pb.ChargeRequest:
    charge = charge_on(account)
    return pb.ChargeRequest(
        charge_id=str(charge.charge_id),
        account_id=account,
        kind=pb.CHARGE_KIND_CACHED_CARD,
        reference=charge.reference,
        payer=pb.Payer(
            payer_id=PAYER.payer_id,
            daily_credits_max=PAYER.daily_credits_max,
            daily_generations_max=PAYER.daily_generations_max,
        ),
    )


@asynccontextmanager
async def _service(dsn: str) -> AsyncIterator[tuple[BillingServiceAsyncStub, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    told = {
        "DATABASE_URL": dsn,
        "OG_LISTEN_ADDRESS": address,
        "OG_CALLERS": f"operator={TOKEN}",
        "OG_ENVIRONMENT": "production",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "og_billing", env=os.environ | told, stderr=subprocess.DEVNULL
    )
    try:
        async with open_channel(address, TOKEN) as channel:
            await asyncio.wait_for(channel.channel_ready(), READY_TIMEOUT_S)
            yield billing_pb2_grpc.BillingServiceStub(channel), process.pid
    finally:
        process.terminate()
        await process.wait()
