"""One request, one trace: through all five services, the stores and what is done for many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.systems import whole_system
from tests.support.collector import CollectedSpan, Collector, Trace, collector
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.trace_tree import tree
from tests.support.waiting import eventually

ASK_TIMEOUT_S = 60
CROWD = 24
AUTHORIZE = "og.auth.v1.AuthService/BatchAuthorize"
EVERYBODY = ("edge", "auth", "extract", "render", "billing")
STRANGER = "0af7651916cd43dd8448eb211c80319c"


@dataclass(frozen=True)
class World:
    """A system whose requests are all sampled, and where its spans go."""

    api: Api
    stack: Stack
    collector: Collector
    customer: Customer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory, site: LocalSite) -> AsyncIterator[World]:
    directory = tmp_path_factory.mktemp("traced")
    async with (
        collector() as collecting,
        whole_system(directory, site, collecting.settings) as stack,
        httpx.AsyncClient(base_url=stack.base_url, timeout=ASK_TIMEOUT_S) as client,
    ):
        yield World(Api(client), stack, collecting, await create_customer(stack))


def described(trace: Trace) -> str:
    return "\n".join(tree(trace))


def check_calls(trace: Trace) -> None:
    """Check that each call is there on both sides, the server's below the client's."""
    for span in trace.spans.values():
        if span.kind == "CLIENT" and "rpc.method" in span.attributes:
            [server] = trace.children(span)
            assert (server.kind, server.name) == ("SERVER", span.name), described(trace)
            assert server.service != span.service


def stores(trace: Trace) -> set[str]:
    return {
        str(span.attributes["db.system.name"])
        for span in trace.spans.values()
        if "db.system.name" in span.attributes
    }


async def test_a_new_card_is_one_trace_over_all_five_services(
    world: World, site: LocalSite
) -> None:
    icon = site.put_bytes(b"no picture", "image/png")
    url = site.put_page("A traced page", f'<link rel=icon href="{icon}">')
    answer = await world.api.ask(url, world.customer)
    check_card(answer, "MISS", 10)
    trace = await world.collector.whole(answer.headers["x-request-id"], *EVERYBODY)
    assert trace.services == set(EVERYBODY), described(trace)
    assert len(trace.roots) == 1, described(trace)
    check_calls(trace)
    root = trace.root
    assert (root.service, root.name, root.kind) == ("edge", "GET /api/og", "SERVER")
    said = root.attributes
    assert said["http.response.status_code"] == 200
    assert (said["og.outcome"], said["og.cache"]) == ("ok", "MISS")
    assert said["og.template"] == "generic/standard"
    assert stores(trace) == {"postgresql", "redis"}, described(trace)
    for service in ("edge", "auth", "billing"):
        assert any(
            span.service == service and span.attributes.get("db.system.name") == "postgresql"
            for span in trace.spans.values()
        )
    [stored] = trace.named("object store put")
    assert stored in trace.below(trace.named("generate card")[0])
    [drawn] = trace.named("draw")
    steps = [span.name for span in trace.children(drawn)]
    assert steps == ["pictures", "layout", "raster", "encode"]
    [read] = trace.named("read page")
    assert read.attributes["process.pid"] != 0
    [page, *_] = trace.named("GET")
    assert page.attributes["server.address"] == "127.0.0.1"
    assert not any(span.failed for span in trace.spans.values()), described(trace)


async def test_a_hit_is_one_trace_from_the_protocol_to_the_ledger(
    world: World, site: LocalSite
) -> None:
    url = site.put_page("A traced page")
    check_card(await world.api.ask(url, world.customer), "MISS")
    answer = await world.api.ask(url, world.customer)
    check_card(answer, "HIT", 1)
    trace = await world.collector.whole(answer.headers["x-request-id"], "edge", "auth", "billing")
    assert trace.services == {"edge", "auth", "billing"}
    check_calls(trace)
    [desk] = trace.children(trace.root)
    assert desk.name == "desk"
    [authorize, *_, charge] = [span for span in trace.children(desk) if "/" in span.name]
    assert authorize.name == AUTHORIZE
    assert charge.name == "og.billing.v1.BillingService/BatchCharge"
    [batch] = trace.named("ledger batch")
    assert trace.children(batch)[-1].name == "COMMIT"
    assert (trace.root.attributes["og.cache"], trace.root.attributes["og.charged_credits"]) == (
        "HIT",
        1,
    )


def story(collecting: Collector, trace: Trace) -> list[CollectedSpan]:
    """Give all spans of a trace, and what those led to that its spans link to."""
    told = list(trace.spans.values())
    for span in trace.spans.values():
        for trace_id, span_id in span.links:
            other = collecting.traces[trace_id]
            if span_id in other.spans:
                told += other.below(other.spans[span_id])
    return told


async def test_each_of_a_crowd_has_a_trace_that_tells_all_of_its_story(
    world: World, site: LocalSite
) -> None:
    url, collecting = site.put_page("A page for all"), world.collector
    new = await asyncio.gather(*(world.api.ask(url, world.customer) for _ in range(CROWD)))
    hits = await asyncio.gather(*(world.api.ask(url, world.customer) for _ in range(CROWD)))
    assert sorted({answer.headers["x-cache"] for answer in new}) == ["HIT", "MISS"]
    assert {answer.headers["x-cache"] for answer in hits} == {"HIT"}
    for answer in (*new, *hits):
        trace = await collecting.whole(answer.headers["x-request-id"])

        def is_told(trace: Trace = trace) -> bool:
            told = story(collecting, trace)
            names = {span.name for span in told}
            services = {span.service for span in told}
            return names >= {AUTHORIZE, "SELECT edge.cards", "ledger batch"} and services >= {
                "edge",
                "auth",
                "billing",
            }

        await eventually(is_told)
        assert len(trace.roots) == 1, described(trace)


async def test_a_strangers_trace_is_linked_to_and_not_joined(world: World, site: LocalSite) -> None:
    url = site.put_page("A stranger's page")
    headers = {"traceparent": f"00-{STRANGER}-b7ad6b7169203331-01", "tracestate": "a=b"}
    for cache in ("MISS", "HIT"):
        answer = await world.api.ask(url, world.customer, headers=headers)
        check_card(answer, cache)
        trace = await world.collector.whole(answer.headers["x-request-id"], "edge", "billing")
        assert trace.root.links == ((STRANGER, "b7ad6b7169203331"),)
    assert STRANGER not in world.collector.traces


async def test_errors_and_pages_are_traced_by_route_and_never_by_what_was_sent(
    world: World,
) -> None:
    refused = await world.api.ask("https://example.com/", headers={"Authorization": "Bearer no"})
    check_error(refused, 401, "invalid_api_key")
    trace = await world.collector.whole(refused.headers["x-request-id"], "auth")
    assert trace.root.attributes["og.outcome"] == "invalid_api_key"
    assert not trace.root.failed
    client = world.api.client
    for path, name in (
        ("/docs", "GET /docs"),
        ("/api/og/v1/generic/standard.png", "GET /api/og/v1/{template}.{extension}"),
        ("/a-secret-path", "GET"),
        ("/api/og/a-secret-path", "GET"),
    ):
        before = set(world.collector.traces)
        await client.get(path)
        await asyncio.sleep(0)
        found = await _next_root(world.collector, before)
        assert found.name == name
        assert "a-secret-path" not in str(found)


async def _next_root(collecting: Collector, before: set[str]) -> CollectedSpan:
    def new() -> list[CollectedSpan]:
        traces = [trace for key, trace in collecting.traces.items() if key not in before]
        return [root for trace in traces for root in trace.roots if root.service == "edge"]

    await eventually(new)
    return new()[0]
