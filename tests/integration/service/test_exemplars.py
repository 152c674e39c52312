"""A scraper that asks for OpenMetrics is led from a slow call to its trace."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider

from og_service import metrics, tracing
from og_service.rpc_metrics import observe_rpc
from og_service.settings import ServiceSettings
from og_service.tracing import SpanKind

OPEN_METRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}


@pytest.fixture
def tracing_all() -> Iterator[None]:
    tracing.switch_on(TracerProvider().get_tracer("tests"), 1.0)
    yield
    tracing.switch_off()


@pytest.mark.usefixtures("tracing_all")
def test_a_sampled_call_has_its_trace_beside_its_bucket() -> None:
    span = tracing.root("a request", SpanKind.SERVER)
    with tracing.within(span):
        observe_rpc("/og.test.v1.Exemplars/Sampled", "OK", "OK", 0.3)
    observe_rpc("/og.test.v1.Exemplars/NotSampled", "OK", "OK", 0.3)
    settings = ServiceSettings.model_validate({"metrics_address": "127.0.0.1:0"})
    with metrics.serving(settings) as address:
        url = f"http://{address}{metrics.PATH}"
        plain, open_metrics = httpx.get(url), httpx.get(url, headers=OPEN_METRICS)
    trace_id = tracing.ids(span)["trace_id"]
    assert trace_id not in plain.text
    [line] = [line for line in open_metrics.text.splitlines() if trace_id in line]
    assert line.startswith('og_rpc_seconds_bucket{code="OK",le="0.5",rpc="Sampled"} 1.0 # {')
    [line] = [
        line
        for line in open_metrics.text.splitlines()
        if line.startswith("og_rpc_seconds_bucket{") and 'le="0.5",rpc="NotSampled"' in line
    ]
    assert "#" not in line
