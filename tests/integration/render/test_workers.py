from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import grpc
import pytest

from og.render.v1 import render_pb2 as pb
from og.render.v1 import render_pb2_grpc
from og_render.cards import Card, Drawing
from og_render.color.grounds import Theme
from og_render.errors import RenderQueueFullError
from og_render.laps import STEPS
from og_render.server import DOMAIN, services
from og_render.settings import Settings
from og_render.workers.pool import MAX_ATTEMPTS, WorkerPool
from og_service.metrics import REGISTRY
from og_service.status import from_rpc_error
from og_service.testing import serve_in_process
from tests.integration.render.asking import TIMEOUT_S, heavy_request, processor_time_s, request
from tests.support.waiting import eventually

SEED = 3


def are_done(cards: Sequence[asyncio.Future[pb.RenderCardResponse]], at_least: int) -> bool:
    return sum(card.done() for card in cards) >= at_least


def is_gone(pool: WorkerPool, process_id: int) -> bool:
    return process_id not in pool.process_ids


async def test_killed_workers_cost_no_card(
    pool: WorkerPool, render: render_pb2_grpc.RenderServiceAsyncStub
) -> None:
    rng = random.Random(SEED)
    cards = [
        asyncio.ensure_future(render.RenderCard(request(f"Card {number}"), timeout=TIMEOUT_S))
        for number in range(60)
    ]
    for done in (5, 25):
        await eventually(partial(are_done, cards, done))
        victim = rng.choice(pool.process_ids)
        os.kill(victim, signal.SIGKILL)
        await eventually(partial(is_gone, pool, victim))
    answers = await asyncio.gather(*cards)
    assert all(answer.image for answer in answers)
    await eventually(lambda: len(pool.process_ids) == 2)


async def test_all_workers_killed_at_rest_are_replaced(
    pool: WorkerPool, render: render_pb2_grpc.RenderServiceAsyncStub
) -> None:
    before = pool.process_ids
    for victim in before:
        os.kill(victim, signal.SIGKILL)
    assert (await render.RenderCard(request(), timeout=TIMEOUT_S)).image
    await eventually(lambda: len(pool.process_ids) == 2)
    assert not set(before) & set(pool.process_ids)


async def test_a_frozen_worker_does_not_hold_up_the_others(
    pool: WorkerPool, render: render_pb2_grpc.RenderServiceAsyncStub
) -> None:
    await eventually(lambda: len(pool.process_ids) == 2)
    frozen = pool.process_ids[0]
    os.kill(frozen, signal.SIGSTOP)
    try:
        calls = [render.RenderCard(request(f"F{n}"), timeout=TIMEOUT_S) for n in range(8)]
        finished = [asyncio.ensure_future(call) for call in calls]
        await eventually(lambda: sum(task.done() for task in finished) >= 7)
    finally:
        os.kill(frozen, signal.SIGCONT)
    assert all(answer.image for answer in await asyncio.gather(*finished))


async def test_frozen_workers_are_replaced(
    pool: WorkerPool,
    render: render_pb2_grpc.RenderServiceAsyncStub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("og_render.workers.worker.MAX_DRAWING_S", 1.0)
    await eventually(lambda: len(pool.process_ids) == 2)
    frozen = pool.process_ids
    for process_id in frozen:
        os.kill(process_id, signal.SIGSTOP)
    assert (await render.RenderCard(request(), timeout=TIMEOUT_S)).image
    for process_id in frozen:
        with suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGCONT)
    await eventually(lambda: len(pool.process_ids) == 2)


async def test_a_deadline_ends_the_wait_and_the_next_card_is_drawn(
    render: render_pb2_grpc.RenderServiceAsyncStub,
) -> None:
    late = [render.RenderCard(request(f"Late {n}"), timeout=0.01) for n in range(30)]
    outcomes = await asyncio.gather(*late, return_exceptions=True)
    codes = {it.code() for it in outcomes if isinstance(it, grpc.aio.AioRpcError)}
    assert codes == {grpc.StatusCode.DEADLINE_EXCEEDED}
    assert (await render.RenderCard(request("In time"), timeout=TIMEOUT_S)).image


async def test_a_full_queue_refuses_with_a_time_to_come_back() -> None:
    pool = WorkerPool(workers=1, queue_length=2)
    async with pool.running(), serve_in_process(services(pool), DOMAIN) as channel:
        render = render_pb2_grpc.RenderServiceStub(channel)
        calls = [render.RenderCard(request(f"Q{n}"), timeout=TIMEOUT_S) for n in range(20)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    drawn = [it for it in outcomes if isinstance(it, pb.RenderCardResponse)]
    refused = [it for it in outcomes if isinstance(it, grpc.aio.AioRpcError)]
    assert len(drawn) + len(refused) == 20
    assert len(drawn) >= 3
    assert refused
    for failed in refused:
        error = from_rpc_error(failed)
        assert error.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert error.reason == "RENDER_QUEUE_FULL"
        assert error.retry_after_s is not None
        assert error.retry_after_s > 0


async def test_what_waits_is_bounded_by_its_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("og_render.workers.pool.MAX_WAITING_BYTES", 250)
    pool = WorkerPool(workers=1, queue_length=100)
    card = Card("generic/standard", Theme.LIGHT, values={"title": "T", "favicon": b"0" * 100})
    async with pool.running():
        outcomes = await asyncio.gather(
            *(pool.draw(card) for _ in range(9)), return_exceptions=True
        )
        drawn = [it for it in outcomes if isinstance(it, Drawing)]
        refused = [it for it in outcomes if isinstance(it, RenderQueueFullError)]
        assert (len(drawn), len(refused)) == (3, 6)
        assert (await pool.draw(card)).image


def test_the_queue_is_as_long_as_the_workers_can_serve_in_time() -> None:
    one, four = Settings(render_workers=1), Settings(render_workers=4)
    assert four.render_queue_length == 4 * one.render_queue_length == 128
    assert Settings(render_workers=4, render_queue_length=7).render_queue_length == 7


async def test_a_card_that_always_takes_its_worker_with_it_is_given_up(
    render: render_pb2_grpc.RenderServiceAsyncStub, pool: WorkerPool
) -> None:
    call = asyncio.ensure_future(render.RenderCard(heavy_request(), timeout=TIMEOUT_S))
    victims: list[int] = []
    idle = {pid: processor_time_s(pid) for pid in pool.process_ids}
    while not call.done():
        for pid in pool.process_ids:
            if processor_time_s(pid) > idle.setdefault(pid, processor_time_s(pid)) + 0.1:
                os.kill(pid, signal.SIGKILL)
                victims.append(pid)
                await eventually(partial(is_gone, pool, pid))
        await asyncio.sleep(0.01)
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert "worker" not in error.message
    assert len(set(victims)) == MAX_ATTEMPTS
    assert (await render.RenderCard(request(), timeout=TIMEOUT_S)).image
    await eventually(lambda: len(pool.process_ids) == 2)


async def test_callers_that_left_the_queue_make_room(pool: WorkerPool) -> None:
    card = Card("generic/standard", Theme.LIGHT, values={"title": "Left"})
    tasks = [asyncio.create_task(pool.draw(card)) for _ in range(40)]
    await eventually(lambda: any(task.done() for task in tasks))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert pool.waiting == 0
    assert (await pool.draw(card)).image


async def test_workers_end_with_the_service() -> None:
    pool = WorkerPool(workers=2, queue_length=2)
    async with pool.running():
        await eventually(lambda: len(pool.process_ids) == 2)
        processes = pool.process_ids
    assert not [pid for pid in processes if _runs(pid)]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("title", ["x" * 4_000, "骨" * 4_000, "👨‍👩‍👧‍👦" * 570, "\u0301" * 4_000])
async def test_endless_titles_are_drawn(
    render: render_pb2_grpc.RenderServiceAsyncStub, title: str
) -> None:
    assert (await render.RenderCard(request(title), timeout=TIMEOUT_S)).image


async def test_workers_of_a_service_that_was_killed_end_by_themselves(tmp_path: Path) -> None:
    program = "import asyncio, og_render.settings as s, og_render.server as v\nasync def main():\n"
    program += "    async with v.compose(s.Settings(render_workers=2)):\n"
    program += "        print('up', flush=True)\n        await asyncio.sleep(60)\n"
    program += "asyncio.run(main())\n"
    script = tmp_path / "service.py"
    script.write_text(program)
    service = await asyncio.create_subprocess_exec(sys.executable, str(script), stdout=PIPE)
    assert service.stdout is not None
    assert await asyncio.wait_for(service.stdout.readline(), TIMEOUT_S) == b"up\n"
    workers = _children(service.pid)
    assert workers
    service.kill()
    await service.wait()
    await eventually(lambda: not [pid for pid in workers if _runs(pid)])


async def test_a_service_that_is_stopped_while_its_workers_start_ends_quietly() -> None:
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "og_render"),
        env={**os.environ, "OG_ENVIRONMENT": "development", "OG_LISTEN_ADDRESS": "127.0.0.1:0"},
        stderr=PIPE,
        start_new_session=True,
    )
    await eventually(lambda: _children(service.pid))
    os.killpg(service.pid, signal.SIGTERM)  # the workers, too, as systemd does
    _, told = await asyncio.wait_for(service.communicate(), TIMEOUT_S)
    assert service.returncode == 0, told
    assert b"stopped before it served" in told
    assert b"exception" not in told


async def test_workers_are_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OG_CALLERS", "edge=a-token-that-is-secret")
    pool = WorkerPool(workers=1, queue_length=1)
    async with pool.running():
        told = _environment(pool.process_ids[0])
    assert b"PATH=" in told
    assert b"secret" not in told


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_how_long_each_step_took_is_counted(
    render: render_pb2_grpc.RenderServiceAsyncStub,
) -> None:
    def counted(step: str) -> float:
        labels = {"step": step}
        return REGISTRY.get_sample_value("og_render_step_seconds_count", labels) or 0

    steps = ["wait", *STEPS]
    before = [counted(step) for step in steps]
    await render.RenderCard(request(), timeout=TIMEOUT_S)
    assert [counted(step) for step in steps] == [count + 1 for count in before]
