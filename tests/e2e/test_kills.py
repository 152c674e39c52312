"""Each service is killed with 50 requests in flight; then the books are opened."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from og_stack.stack import Stack
from tests.e2e.books import audit
from tests.support.customers import Customer, create_customer

REQUESTS = 50
ANSWERED_BEFORE_THE_KILL = 5
IN_FLIGHT_MIN = 10
"""A fast machine has answered half of them before the first five are looked at."""
HANG_S = 12.0
DOCUMENTED = {"internal_error", "overloaded", "page_unreachable"}


@dataclass
class Outcomes:
    """What came of a crowd of requests; answered is set once some of them are."""

    cards: list[httpx.Response]
    errors: list[httpx.Response]
    broken: list[httpx.TransportError]
    answered: asyncio.Event


async def ask(
    client: httpx.AsyncClient, stack: Stack, customer: Customer, title: str, outcomes: Outcomes
) -> None:
    parameters = {"url": stack.demo.demo_page, "template": "generic/standard", "title": title}
    try:
        answer = await client.get("/api/og", params=parameters, headers=customer.headers)
    except httpx.TransportError as error:
        outcomes.broken.append(error)
        return
    (outcomes.cards if answer.status_code == 200 else outcomes.errors).append(answer)
    if len(outcomes.cards) >= ANSWERED_BEFORE_THE_KILL:
        outcomes.answered.set()


async def crowd_with_a_kill(stack: Stack, customer: Customer, victim: str) -> tuple[Outcomes, int]:
    """Send half hits, half new cards; kill once a few are answered; tell how many were not."""
    outcomes = Outcomes([], [], [], asyncio.Event())
    limits = httpx.Limits(max_connections=REQUESTS)
    client = httpx.AsyncClient(base_url=stack.base_url, timeout=HANG_S, limits=limits)
    async with client:
        await ask(client, stack, customer, "a card that exists", outcomes)
        assert len(outcomes.cards) == 1
        titles = [
            "a card that exists" if number % 2 else f"{victim} {number}"
            for number in range(REQUESTS)
        ]
        asks = [
            asyncio.create_task(ask(client, stack, customer, title, outcomes)) for title in titles
        ]
        await asyncio.wait_for(outcomes.answered.wait(), HANG_S)
        in_flight = sum(not task.done() for task in asks)
        old_pid = stack.kill(victim)
        async with asyncio.timeout(HANG_S):
            await asyncio.gather(*asks)
    await asyncio.wait_for(stack.up_again(victim, old_pid), 60)
    return outcomes, in_flight


@pytest.mark.parametrize("victim", ["edge", "auth", "extract", "render", "billing"])
async def test_a_killed_service_loses_no_credit_and_hangs_nobody(
    stack: Stack, tmp_path: Path, victim: str
) -> None:
    customer = await create_customer(stack)
    outcomes, in_flight = await crowd_with_a_kill(stack, customer, victim)
    assert in_flight >= IN_FLIGHT_MIN, "the kill came too late to show anything"

    for error in outcomes.errors:
        assert error.headers["content-type"] == "application/json"
        assert error.headers["cache-control"] == "no-store"
        assert error.json()["error"]["code"] in DOCUMENTED
    if victim != "edge":  # only the process that holds the connection can break it
        assert not outcomes.broken

    ids = [card.headers["x-request-id"] for card in outcomes.cards]
    assert len(ids) == len(set(ids))
    found = await audit(stack, customer, ids, tmp_path)
    assert found["received_without_charge"] == []
    assert len(found["charged_not_received"]) <= in_flight
    assert len(found["charged_without_card"]) <= in_flight
    assert set(found["cards_not_charged"]) <= set(found["unsettled_cards"])
    assert found["charges"] == len(ids) + len(found["charged_not_received"])

    async with httpx.AsyncClient(base_url=stack.base_url, timeout=HANG_S) as client:
        again = Outcomes([], [], [], asyncio.Event())
        for number in range(0, REQUESTS, 10):
            await ask(client, stack, customer, f"{victim} {number}", again)
        assert [card.status_code for card in again.cards] == [200] * 5
