from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from og_service import tracing
from og_service.coalescing import Coalescer
from og_service.tracing import SpanKind
from tests.support.spans import is_below, links_of, recording, sampled, trace_of

STRANGER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_where_nothing_is_traced_there_are_no_spans() -> None:
    assert tracing.root("request", SpanKind.SERVER) is None
    with tracing.span("step") as span, tracing.shared("batch", [None]) as batch:
        assert span is None
        assert batch is None
    assert tracing.ids(tracing.current()) == {}


def test_who_is_not_sampled_leads_to_no_span() -> None:
    with recording(ratio=0) as recorded:
        assert tracing.root("request", SpanKind.SERVER) is None
        with tracing.span("step"), tracing.awaited("wait", None):
            tracing.steps({"layout": 0.1})
        assert recorded.spans == []


def test_the_share_that_is_sampled_is_the_one_asked_for() -> None:
    with recording(ratio=0.25):
        begun = [tracing.root("request", SpanKind.SERVER) for _ in range(4_000)]
    assert 800 < sum(each is not None for each in begun) < 1_200  # 7 standard deviations


def test_steps_are_below_what_they_are_steps_of() -> None:
    with recording() as recorded, sampled() as request:
        with tracing.span("draw") as draw:
            tracing.steps({"layout": 0.002, "raster": 0.001})
        assert tracing.current() is request
    layout, raster, drawn, _ = recorded.spans
    assert draw is not None
    assert is_below(layout, draw)
    assert is_below(raster, draw)
    assert is_below(drawn, request)
    assert layout.end_time == raster.start_time
    assert (layout.end_time or 0) - (layout.start_time or 0) == 2_000_000


def test_what_fails_is_told_by_the_name_of_its_error_alone() -> None:
    with recording() as recorded, sampled():
        with pytest.raises(ValueError, match="hunter2"), tracing.span("step"):
            raise ValueError("hunter2")
        [step] = recorded.spans
    assert not step.status.is_ok
    assert step.attributes == {"error.type": "ValueError"}
    assert "hunter2" not in step.to_json()


def test_a_strangers_trace_is_linked_and_not_joined() -> None:
    with recording() as recorded:
        for sent in (STRANGER, "00-junk", "", "x" * 10_000):
            with sampled() as root:
                tracing.link_to(root, sent)
    [first, *others] = recorded.spans
    assert links_of(first) == {int(STRANGER[3:35], 16)}
    assert trace_of(first) not in links_of(first)
    assert first.parent is None
    assert not any(each.links for each in others)


def test_the_trace_of_a_caller_of_ours_goes_on_only_where_it_is_sampled() -> None:
    with recording() as recorded:
        for sent in (STRANGER, STRANGER[:-1] + "0", "", "junk"):
            with tracing.continued("call", sent, SpanKind.SERVER):
                pass
    [call] = recorded.spans
    assert trace_of(call) == int(STRANGER[3:35], 16)
    assert call.parent is not None
    assert call.parent.span_id == int(STRANGER[36:52], 16)


def test_what_is_done_for_many_is_in_the_trace_of_each_who_is_sampled() -> None:
    with recording() as recorded:
        roots = [tracing.root(name, SpanKind.SERVER) for name in "abc"]
        first, *others = [root for root in roots if root is not None]
        members = [None, first, None, *others, first]
        with tracing.shared("batch", members) as batch, tracing.span("statement"):
            pass
    assert batch is not None
    batches = {trace_of(span): span for span in recorded.named("batch")}
    assert batches.keys() == {trace_of(root) for root in (first, *others)}
    led = batches[trace_of(first)]
    assert links_of(led) == {trace_of(root) for root in others}
    assert trace_of(recorded.named("statement")[0]) == trace_of(first)
    for root in others:
        assert is_below(batches[trace_of(root)], root)
        assert links_of(batches[trace_of(root)]) == {trace_of(first)}


def test_a_batch_of_nobody_sampled_is_in_no_trace_whoever_began_its_task() -> None:
    with recording() as recorded, sampled() as request:
        with tracing.shared("batch", [None, None]), tracing.span("statement"):
            assert tracing.current() is None
        assert tracing.current() is request
    assert recorded.names == ["request"]


async def test_questions_that_are_asked_together_are_in_the_trace_of_each() -> None:
    let = asyncio.Event()

    async def far(questions: Sequence[int]) -> list[int]:
        with tracing.span("statement"):
            await let.wait()
        return list(questions)

    coalescer: Coalescer[int, int] = Coalescer(far, 10)

    async def ask(number: int) -> None:
        with sampled(f"request {number}"):
            await coalescer.ask([number])

    with recording() as recorded:
        asking = [asyncio.create_task(ask(number)) for number in range(4)]
        await asyncio.sleep(0)
        unsampled = asyncio.create_task(coalescer.ask([9]))
        await asyncio.sleep(0)
        let.set()
        await asyncio.gather(*asking, unsampled)
    roots = {trace_of(span) for span in recorded.spans if span.parent is None}
    assert len(roots) == 4
    batches = [span for span in recorded.spans if "far" in span.name]
    assert {trace_of(span) for span in batches} == roots
    assert recorded.named("statement")
