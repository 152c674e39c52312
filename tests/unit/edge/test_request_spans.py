"""Which requests have which spans, whatever their tasks were begun in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from og_edge import request_spans
from og_edge.app import traced
from og_edge.fast_path import ARRIVAL
from og_service import tracing
from tests.support.spans import Recorded, recording, sampled

STRANGER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRET = "hunter2"


@dataclass
class Exchange:
    span: tracing.Span | None


@dataclass
class Arrival:
    exchange: Exchange


async def answer(status: int, scope: Scope) -> None:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        with tracing.span("work"):
            await send({"type": "http.response.start", "status": status, "headers": []})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        pass

    await traced(app, scope, receive, send)


def scope_of(path: str, method: str = "GET", **more: Any) -> Scope:
    headers = [(b"authorization", SECRET.encode()), (b"traceparent", STRANGER.encode())]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": SECRET.encode(),
        "headers": headers,
        **more,
    }


def told(recorded: Recorded) -> str:
    return "".join(span.to_json() for span in recorded.spans)


@pytest.mark.parametrize(
    ("path", "method", "name"),
    [
        ("/api/og", "GET", "GET /api/og"),
        ("/api/og/v1/article/blog-post.png", "HEAD", "HEAD /api/og/v1/{template}.{extension}"),
        ("/api/templates", "GET", "GET /api/templates"),
        (f"/api/og/{SECRET}", "GET", "GET"),
        (f"/{SECRET}", "GET", "GET"),
        ("/api/og", SECRET, "_OTHER /api/og"),
    ],
)
async def test_a_request_is_called_by_its_route(path: str, method: str, name: str) -> None:
    with recording() as recorded:
        await answer(200, scope_of(path, method))
    work, request = recorded.spans
    assert request.name == name
    assert work.parent is not None
    assert SECRET not in told(recorded)
    assert [f"{link.context.trace_id:032x}" for link in request.links] == [STRANGER[3:35]]


@pytest.mark.parametrize(("status", "is_ours"), [(200, False), (404, False), (500, True)])
async def test_only_our_failures_are_failures(status: int, *, is_ours: bool) -> None:
    with recording() as recorded:
        await answer(status, scope_of("/api/og"))
    request = recorded.spans[-1]
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == status
    assert (request.status.status_code.name == "ERROR") is is_ours


async def test_who_is_not_sampled_is_in_no_trace_of_whoever_began_the_task() -> None:
    with recording(ratio=0) as recorded:
        await answer(200, scope_of("/api/og"))
        assert recorded.spans == []
    with recording() as recorded, sampled("somebody else"):
        arrival = Arrival(Exchange(None))
        await answer(200, scope_of("/api/og", state={ARRIVAL: arrival}))
        assert recorded.spans == []


async def test_what_came_on_the_fast_path_keeps_its_span() -> None:
    with recording() as recorded, sampled("somebody else"):
        span = request_spans.begin("GET", [])
        await answer(200, scope_of("/api/og", state={ARRIVAL: Arrival(Exchange(span))}))
        work, request = recorded.spans
    assert span is not None
    assert request.get_span_context() == span.get_span_context()
    assert work.parent == span.get_span_context()
