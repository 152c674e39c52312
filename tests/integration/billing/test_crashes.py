"""Both replicas and PostgreSQL are killed in the middle of batches; callers ask again by the id."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from og.billing.v1 import billing_pb2 as pb
from og_service.migrations import migrate
from og_stack.databases import prepare_schema
from og_stack.postgres import EmbeddedPostgres
from tests.integration.billing.client import audit, buckets, charge_request, new_id, repeated
from tests.integration.billing.crowd import Crowd, crowd_before, statement
from tests.integration.billing.processes import Process
from tests.support.crowds import all_of
from tests.support.seeds import rng
from tests.support.stores import ROLE_PASSWORD
from tests.support.waiting import eventually

__all__ = ["rng"]

BATCHES, BATCH_CHARGES = 60, 50
RESERVATIONS = 240
AT_A_TIME = 12
KILLS_OF_EACH = 2


@dataclass
class Kept:
    """What callers were promised."""

    charged: list[str] = field(default_factory=list)
    captured: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def has(self, answers: int) -> bool:
        return len(self.charged) + len(self.captured) + len(self.released) >= answers


@dataclass(frozen=True)
class Ledger:
    database: EmbeddedPostgres
    replicas: list[Process]
    crowd: Crowd

    async def kill(self, victim: str) -> None:
        """Kill it with -9 and start it again."""
        if victim == "postgres":
            self.database.kill()
            await asyncio.to_thread(self.database.start)
            return
        replica = self.replicas[int(victim)]
        replica.kill()
        replica.start()


@asynccontextmanager
async def mortal_ledger(directory: Path) -> AsyncIterator[Ledger]:
    """Two replicas before a PostgreSQL of their own, as durable as it is in production."""
    database = EmbeddedPostgres(directory, {"shared_buffers": "16MB"})
    database.start()
    replicas: list[Process] = []
    try:
        dsn = prepare_schema(database.admin_dsn, "billing", ROLE_PASSWORD)
        migrate(database.admin_dsn, "og_billing", "billing")
        for _ in range(2):
            replicas.append(Process(dsn))
            replicas[-1].start()
        async with crowd_before(replicas) as crowd:
            yield Ledger(database, replicas, crowd)
        found = await audit(dsn)
        assert found.passed, found
    finally:
        for replica in replicas:
            replica.kill()
        database.stop()


@pytest.mark.timeout(400)
async def test_kills_amid_batches_lose_and_double_nothing(
    tmp_path: Path, rng: random.Random
) -> None:
    kept = Kept()
    async with mortal_ledger(tmp_path) as ledger:
        crowd = ledger.crowd
        began = BATCHES * BATCH_CHARGES + RESERVATIONS * 10
        account = await crowd.client.account(plan=began // 2, pack=began - began // 2)
        calls: list[Callable[[], Awaitable[None]]] = [
            *[partial(_batch, crowd, account, kept)] * BATCHES,
            *[partial(_reserved, crowd, account, kept, "Capture")] * (RESERVATIONS // 2),
            *[partial(_reserved, crowd, account, kept, "Release")] * (RESERVATIONS // 2),
        ]
        rng.shuffle(calls)
        work = asyncio.create_task(all_of((call() for call in calls), AT_A_TIME))
        victims = ["postgres", "0", "1"] * KILLS_OF_EACH
        rng.shuffle(victims)
        everything = BATCHES * BATCH_CHARGES + RESERVATIONS
        moments = sorted(rng.sample(range(1, everything * 3 // 4), len(victims)))
        for moment, victim in zip(moments, victims, strict=True):
            await eventually(partial(kept.has, moment), timeout_s=60)
            assert not work.done()
            await ledger.kill(victim)
        await work
        assert crowd.refused  # the kills were felt
        paid = len(kept.charged) + 10 * len(kept.captured)
        plan, pack, held = buckets(await repeated(partial(crowd.client.balance, account)))
        assert (plan + pack, held) == (began - paid, 0)
        lines = await statement(crowd.client, account)
        charged = Counter(line.charge_id for line in lines if line.charged_credits)
        assert charged == Counter([*kept.charged, *kept.captured])
        back = Counter(line.charge_id for line in lines if line.kind == pb.ENTRY_KIND_RELEASE)
        assert back == Counter(kept.released)


async def _batch(crowd: Crowd, account: str, kept: Kept) -> None:
    charges = [charge_request(account) for _ in range(BATCH_CHARGES)]
    answer = await crowd.ask("BatchCharge", pb.BatchChargeRequest(charges=charges))
    assert answer.reason == "OK"
    results = {outcome.result for outcome in answer.message.outcomes}
    assert results == {pb.CHARGE_RESULT_CHARGED}
    kept.charged += [charge.charge_id for charge in charges]


async def _reserved(crowd: Crowd, account: str, kept: Kept, how: str) -> None:
    charge_id = new_id()
    reserved = await crowd.reserve(account, charge_id=charge_id)
    assert reserved.reason == "OK"
    if how == "Capture":
        answer = await crowd.ask("Capture", pb.CaptureRequest(charge_id=charge_id))
        kept.captured.append(charge_id)
    else:
        answer = await crowd.ask("Release", pb.ReleaseRequest(charge_id=charge_id))
        kept.released.append(charge_id)
    assert answer.reason == "OK"
