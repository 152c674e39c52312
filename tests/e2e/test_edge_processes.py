"""More than one edge, edges that stop, and clients that hang up."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest_asyncio

from og_stack.ports import LOOPBACK, free_ports
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card
from tests.e2e.books import credits_of, rows
from tests.e2e.pages import SlowPage
from tests.e2e.replicas import Replica, edge_replica, grpc_replica_process
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.raw_http import Connection, RawResponse, RawServer
from tests.support.waiting import eventually

CROWD = 50


@pytest_asyncio.fixture(loop_scope="session")
async def second(stack: Stack) -> AsyncIterator[Replica]:
    async with edge_replica(stack) as running:
        yield running


async def test_edges_share_their_cards(
    api: Api, second: Replica, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, customer), "MISS", 10)
    assert check_card(await second.api.ask(url, customer), "HIT", 1) == card


async def test_edges_that_are_asked_for_one_card_at_once_draw_it_once(
    stack: Stack, api: Api, second: Replica, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site)
    before = await credits_of(stack, customer)
    asks = [asyncio.create_task(edge.ask(page.url, customer)) for edge in (api, second.api) * 5]
    await page.asked.wait()
    page.may_come.set()
    answers = [await ask for ask in asks]
    assert len({check_card(answer) for answer in answers}) == 1
    costs = sorted((it.headers["x-cache"], it.headers["x-credits-charged"]) for it in answers)
    assert costs == [("HIT", "1")] * (len(asks) - 1) + [("MISS", "10")]
    assert await credits_of(stack, customer) == before - 10 - (len(asks) - 1)


async def test_an_edge_that_is_told_to_stop_answers_first(
    stack: Stack, second: Replica, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site)
    before = await credits_of(stack, customer)
    ask = asyncio.create_task(second.api.ask(page.url, customer))
    await page.asked.wait()
    second.process.send_signal(signal.SIGTERM)
    page.may_come.set()
    check_card(await ask, "MISS", 10)
    assert await second.process.wait() in {0, -signal.SIGTERM}
    assert await credits_of(stack, customer) == before - 10
    unsettled = "SELECT 1 FROM edge.cards WHERE account_id = %s AND NOT settled"
    assert not rows(stack, unsettled, customer.account_id)


async def test_an_edge_that_is_told_to_stop_tells_who_is_connected_and_still_takes_new_ones(
    second: Replica, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await second.api.ask(url, customer), "MISS", 10)
    server = RawServer(LOOPBACK, second.port)
    async with server.connection() as idle, server.connection() as busy:
        assert "connection" not in (await asked(busy, url, customer)).headers
        second.process.send_signal(signal.SIGTERM)
        while (await asked(busy, url, customer)).headers.get("connection") != "close":
            pass  # it has not looked at its signals yet
        assert await busy.closed() == b""
        async with server.connection() as new:
            answer = await asked(new, url, customer)
            assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert await idle.closed() == b""
    assert await second.process.wait() in {0, -signal.SIGTERM}


async def test_a_client_that_hangs_up_has_bought_a_stored_card(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site)
    before = await credits_of(stack, customer)
    server = RawServer(stack.config.http_host, stack.config.http_port)
    async with server.connection() as connection:
        await connection.send(request_for(page.url, customer))
        await page.asked.wait()
    page.may_come.set()
    stored = "SELECT 1 FROM edge.cards WHERE account_id = %s AND settled"
    await eventually(lambda: rows(stack, stored, customer.account_id))
    check_card(await api.ask(page.url, customer), "HIT", 1)
    assert await credits_of(stack, customer) == before - 11


async def test_a_crowd_that_hangs_up_while_auth_is_silent_leaves_nothing_under_way(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    metrics = f"{LOOPBACK}:{free_ports(1)[0]}"
    async with AsyncExitStack() as running:
        auth = await running.enter_async_context(grpc_replica_process(stack, "auth", {}))
        settings = {"OG_METRICS_ADDRESS": metrics, "OG_AUTH_TARGET": auth.target}
        edge = await running.enter_async_context(edge_replica(stack, settings))
        url = site.put_page("A page")
        check_card(await edge.api.ask(url, customer), "MISS", 10)
        auth.process.send_signal(signal.SIGSTOP)
        server = RawServer(LOOPBACK, edge.port)
        crowd = [await running.enter_async_context(server.connection()) for _ in range(CROWD)]
        for connection in crowd:
            await connection.send(request_for(url, customer))
        await eventually(lambda: under_way(metrics) == CROWD)
        for connection in crowd:
            connection.reset()
        await eventually(lambda: under_way(metrics) == 0)
        auth.process.send_signal(signal.SIGCONT)
        check_card(await edge.api.ask(url, customer), "HIT", 1)


async def asked(connection: Connection, url: str, customer: Customer) -> RawResponse:
    await connection.send(request_for(url, customer))
    return await connection.receive()


def request_for(url: str, customer: Customer) -> bytes:
    return (
        f"GET /api/og?template=generic/standard&url={url} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {customer.api_key}\r\n\r\n"
    ).encode()


def under_way(metrics: str) -> float:
    """Give how many requests an edge says it is answering."""
    lines = httpx.get(f"http://{metrics}/metrics").text.splitlines()
    [line] = [line for line in lines if line.startswith('og_queue_length{queue="requests"} ')]
    return float(line.split()[1])
