"""Pictures that are hostile to their decoder cost neither a card nor a worker."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from og.render.v1 import render_pb2_grpc
from og_render.cards import Card
from og_render.color.grounds import Theme
from og_render.fields import Value
from og_render.workers.pool import WorkerPool
from tests.integration.render.asking import (
    TIMEOUT_S,
    heavy_request,
    processor_time_s,
    product_request,
    request,
)
from tests.support.waiting import eventually
from tests.unit.render.pictures import icon_around, jpeg_of_many_segments, png_of_size, svg


async def test_a_picture_that_keeps_its_decoder_busy_is_left_out(
    render: render_pb2_grpc.RenderServiceAsyncStub, pool: WorkerPool
) -> None:
    await eventually(lambda: len(pool.process_ids) == 2)  # whatever befell them before
    before = pool.process_ids
    bare, asked = product_request("Endless"), product_request("Endless")
    for name in ("favicon", "productImage"):
        asked.fields.add(name=name, image=jpeg_of_many_segments())
    answer = await render.RenderCard(asked, timeout=TIMEOUT_S)
    assert list(answer.failed_images) == ["favicon", "productImage"]
    assert answer.image == (await render.RenderCard(bare, timeout=TIMEOUT_S)).image
    await eventually(lambda: len(pool.process_ids) == 2)
    assert len(set(before) & set(pool.process_ids)) == 1


async def test_pictures_that_take_their_decoder_with_them_are_left_out(
    render: render_pb2_grpc.RenderServiceAsyncStub, pool: WorkerPool
) -> None:
    for ending in (signal.SIGSEGV, signal.SIGABRT):
        await eventually(lambda: len(pool.process_ids) == 2)
        idle = {pid: processor_time_s(pid) for pid in pool.process_ids}
        call = asyncio.ensure_future(render.RenderCard(heavy_request(), timeout=TIMEOUT_S))
        victim = await _busy(idle)
        os.kill(victim, ending)
        answer = await call
        assert list(answer.failed_images) == ["favicon", "productImage"]
        bare = await render.RenderCard(product_request("Heavy"), timeout=TIMEOUT_S)
        assert answer.image == bare.image


async def _busy(idle: dict[int, float]) -> int:
    """Wait for a worker that draws; give its process."""
    busy: list[int] = []

    def found() -> bool:
        busy.extend(pid for pid, before in idle.items() if processor_time_s(pid) > before + 0.1)
        return bool(busy)

    await eventually(found)
    return busy[0]


async def test_hostile_pictures_cost_neither_their_cards_nor_the_neighbours(
    render: render_pb2_grpc.RenderServiceAsyncStub,
) -> None:
    hostile = [
        jpeg_of_many_segments(),
        png_of_size(4_800, 4_800),
        icon_around(png_of_size(20_000, 20_000), 32),
        svg('<image href="/etc/passwd" width="8" height="8"/>'),
        svg("<g>" * 900 + "</g>" * 900),
        svg('<pattern id="p" width="1e9" height="1e9"/><rect fill="url(#p)"/>'),
        svg("<text>" + "a" * 200_000 + "</text>"),
    ]
    asked = [product_request(f"Hostile {number}") for number in range(len(hostile))]
    for card, data in zip(asked, hostile, strict=True):
        card.fields.add(name="productImage", image=data)
    cards = [render.RenderCard(card, timeout=TIMEOUT_S) for card in asked]
    neighbours = [render.RenderCard(request(f"N{n}"), timeout=TIMEOUT_S) for n in range(20)]
    answers = await asyncio.gather(*cards)
    # The first is only slow, and a quick machine is in time.
    failed = [list(answer.failed_images) for answer in answers[1:]]
    assert failed == [["productImage"]] * (len(hostile) - 1)
    assert all(answer.image for answer in answers)
    assert all(answer.image for answer in await asyncio.gather(*neighbours))


@pytest.mark.parametrize(
    "inside",
    [
        "<style>" + "a" * 200_000 + "</style>",
        "<style>" + "a," * 100_000 + "b{fill:url(#g)}</style>",
        "<style>" + "*{opacity:.9}" * 15_000 + "</style>" + "<rect/>" * 2_000,
        f'<rect fill="url({" " * 200_000}"/>',
    ],
    ids=["no rule", "selectors", "rules", "spaces"],
)
async def test_an_svg_without_end_to_its_styles_costs_no_worker(
    pool: WorkerPool, inside: str
) -> None:
    before = pool.process_ids
    values: dict[str, Value] = {"title": "Styled", "favicon": svg(inside)}
    assert (await pool.draw(Card("generic/standard", Theme.LIGHT, values=values))).image
    assert pool.process_ids == before
