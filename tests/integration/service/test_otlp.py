"""A collector takes the spans, or does not: requests do not notice."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from og_service import otlp, tracing
from og_service.settings import CommonSettings
from og_service.tracing import SpanKind
from og_stack.ports import LOOPBACK, free_ports
from tests.support.collector import collector
from tests.support.waiting import eventually

ENOUGH_S = 20


@pytest.fixture(autouse=True)
def nothing_told_yet() -> None:
    for name in otlp.LOGGERS:
        # Of an exporter of a test before that has last spans to lose yet.
        logging.getLogger(name).filters.clear()


def begin_and_end(number: int) -> None:
    for _ in range(number):
        span = tracing.root("request", SpanKind.SERVER)
        assert span is not None
        span.end()


def settings(endpoint: str) -> CommonSettings:
    return CommonSettings.model_validate(
        {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_TRACES_SAMPLER_ARG": "1"}
    )


async def test_spans_reach_a_collector_that_is_there() -> None:
    async with collector() as collecting:
        with tracing.exporting(settings(collecting.url), "edge"):
            begin_and_end(3)
            await eventually(lambda: len(collecting.traces) == 3)
        for trace in collecting.traces.values():
            assert trace.root.service == "edge"


async def test_spans_say_where_they_come_from_and_show_what_the_collector_wants(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As k8s/components/tracing sets both, whose values the kubelet has filled in."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=a word,x-team=og")
    monkeypatch.setenv(
        "OTEL_RESOURCE_ATTRIBUTES",
        "k8s.namespace.name=instant-og,k8s.pod.name=edge-1,deployment.environment.name=production",
    )
    async with collector() as collecting:
        with tracing.exporting(settings(collecting.url), "edge"):
            begin_and_end(1)
            await eventually(lambda: len(collecting.traces) == 1)
    (headers,), (resource,) = collecting.headers, collecting.resources
    assert (headers["x-api-key"], headers["x-team"]) == ("a word", "og")
    expected = {
        "service.name": "edge",
        "k8s.namespace.name": "instant-og",
        "k8s.pod.name": "edge-1",
        "deployment.environment.name": "production",
    }
    assert expected.items() <= resource.items()


async def test_no_headers_are_as_good_as_empty_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "")
    async with collector() as collecting:
        with tracing.exporting(settings(collecting.url), "edge"):
            begin_and_end(1)
            await eventually(lambda: len(collecting.traces) == 1)


def test_without_an_endpoint_there_is_no_tracing() -> None:
    with tracing.exporting(CommonSettings(), "edge"):
        assert not tracing.is_on()


@pytest.mark.parametrize("silent", [True, False])
async def test_a_collector_that_takes_nothing_costs_spans_and_nothing_else(
    caplog: pytest.LogCaptureFixture, *, silent: bool
) -> None:
    (port,) = free_ports(1)
    held: list[asyncio.StreamWriter] = []

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    def lines() -> list[str]:
        # An exporter of a test before may tell of itself yet.
        told = f"(OTEL_EXPORTER_OTLP_ENDPOINT is http://{LOOPBACK}:{port})"
        return [line for line in map(logging.LogRecord.getMessage, caplog.records) if told in line]

    server = await asyncio.start_server(say_nothing, LOOPBACK, port) if silent else None
    caplog.set_level(logging.INFO)
    begun_s = time.monotonic()
    with tracing.exporting(settings(f"http://{LOOPBACK}:{port}"), "edge"):
        begin_and_end(3 * otlp.MAX_QUEUED_SPANS)
        await eventually(lambda: (held or not silent) and lines())
    assert time.monotonic() - begun_s < ENOUGH_S
    assert len(lines()) == 1
    if server is not None:
        server.close()
        for writer in held:
            writer.transport.abort()


@pytest.mark.parametrize(
    "endpoint",
    ["collector:4318", "ftp://c", "http://me:secret@c:1", "http://", "http://c/?k=secret"],
)
def test_an_endpoint_is_a_plain_url(endpoint: str) -> None:
    with pytest.raises(ValueError, match="no URL such as") as refused:
        settings(endpoint)
    assert "secret" not in str(refused.value)
