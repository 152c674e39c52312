"""mode=ai: an edge is killed at each step; what it leaves is paid for as what it became."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from og_stack.ports import LOOPBACK
from og_stack.stack import Stack
from tests.e2e.ai import (
    DELIVERS,
    check_ai_card,
    history,
    kept_standard_card,
    let_15_minutes_pass,
    page_for_ai,
)
from tests.e2e.api import Api, check_error
from tests.e2e.books import audit, credits_of, rows, statement, wait_for_credits
from tests.e2e.replicas import Replica, edge_replica
from tests.support.ai_endpoint import AiEndpoint, Asked, Reply, status
from tests.support.customers import Customer, create_customer
from tests.support.fault_proxy import FaultProxy
from tests.support.local_site import LocalSite
from tests.support.waiting import POLL_INTERVAL_S, eventually

REFUSES = status(400)
OUTCOMES = [("delivered", DELIVERS, 100), ("failed", REFUSES, 10)]
"""How AI did, by which reply, and what the card costs."""
CROWD = 16
BACK_WITHIN_S = 60
UNSETTLED = "SELECT 1 FROM edge.cards WHERE account_id = %s AND NOT settled"


@dataclass(frozen=True)
class Victim:
    """An edge to kill, and its way to billing."""

    edge: Replica
    billing: FaultProxy

    async def die(self) -> None:
        """Die as by kill -9; then the way to billing is open for whoever comes next."""
        self.edge.process.kill()
        await self.edge.process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def victim(stack: Stack, ai_extract: str) -> AsyncIterator[Victim]:
    [port] = stack.services.ports["billing"]
    billing = FaultProxy("billing", (LOOPBACK, port))
    async with billing.listening():
        settings = {"OG_EXTRACT_TARGET": ai_extract, "OG_BILLING_TARGET": billing.address}
        async with edge_replica(stack, settings) as edge:
            yield Victim(edge, billing)


class Held:
    """A reply that comes when the test says so."""

    def __init__(self, reply: Reply) -> None:
        self.asked, self.may_come = asyncio.Event(), asyncio.Event()
        self._reply = reply

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.asked.set()
        await self.may_come.wait()
        await self._reply(asked, writer)


async def die_before_the_capture(
    victim: Victim, stack: Stack, model: AiEndpoint, customer: Customer, url: str, reply: Reply
) -> None:
    """Have a card published whose capture never reaches billing."""
    held = Held(reply)
    model.will(held)
    ask = asyncio.create_task(victim.edge.api.ask(url, customer, mode="ai"))
    await held.asked.wait()
    victim.billing.stop()
    held.may_come.set()
    await eventually(lambda: rows(stack, UNSETTLED, customer.account_id))
    await victim.die()
    with pytest.raises(httpx.TransportError):
        await ask


@pytest.mark.parametrize("outcome", OUTCOMES, ids=["delivered", "failed"])
async def test_killed_between_publish_and_capture(
    ai: Api,
    victim: Victim,
    stack: Stack,
    site: LocalSite,
    model: AiEndpoint,
    tmp_path: Path,
    outcome: tuple[str, Reply, int],
) -> None:
    how, reply, price = outcome
    customer, url = await create_customer(stack, credits=200), page_for_ai(site)
    await die_before_the_capture(victim, stack, model, customer, url, reply)
    assert await credits_of(stack, customer) == 100
    answer = await ai.ask(url, customer, mode="ai")
    check_ai_card(answer, how, "HIT", 1)
    assert await credits_of(stack, customer) == 200 - price - 1
    assert not rows(stack, UNSETTLED, customer.account_id)
    assert [line[1:] for line in await statement(stack, customer)][2:] == [
        (100 - price, price),
        (-1, 1),
    ]
    found = await audit(stack, customer, [answer.headers["x-request-id"]], tmp_path)
    assert len(found["charged_not_received"]) == 1
    assert not found["charged_without_card"]
    assert not found["cards_not_charged"]
    assert not found["cards_charged_otherwise"]
    assert not found["unsettled_cards"]


async def test_killed_between_publish_and_capture_of_a_new_try(
    ai: Api, victim: Victim, stack: Stack, site: LocalSite, model: AiEndpoint
) -> None:
    customer, url = await create_customer(stack, credits=211), page_for_ai(site)
    model.will(REFUSES)
    kept = await kept_standard_card(ai, stack, customer, url)
    await die_before_the_capture(victim, stack, model, customer, url, DELIVERS)
    card = check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "HIT", 1)
    assert card != kept
    assert await credits_of(stack, customer) == 211 - 10 - 100 - 1


@pytest.mark.parametrize("kept", [False, True], ids=["a new card", "a new try"])
async def test_killed_while_the_model_is_asked(
    ai: Api,
    victim: Victim,
    stack: Stack,
    site: LocalSite,
    model: AiEndpoint,
    kept: bool,  # noqa: FBT001 - a column
) -> None:
    customer, url = await create_customer(stack, credits=150), page_for_ai(site)
    if kept:
        model.will(REFUSES)
        await kept_standard_card(ai, stack, customer, url)
    before = await credits_of(stack, customer)
    held = Held(DELIVERS)
    model.will(held)
    ask = asyncio.create_task(victim.edge.api.ask(url, customer, mode="ai"))
    await held.asked.wait()
    await victim.die()
    with pytest.raises(httpx.TransportError):
        await ask
    held.may_come.set()
    assert await credits_of(stack, customer) == before - 100
    let_holds_end(stack, customer)
    await wait_for_credits(stack, customer, before)
    assert len(history(stack, customer)) == kept
    model.will(DELIVERS)
    check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)


def let_holds_end(stack: Stack, customer: Customer) -> None:
    """Let the minute pass that a reservation holds."""
    reserved = "SELECT charge_id FROM billing.entries WHERE account_id = %s"
    rows(
        stack,
        f"UPDATE billing.open_reservations SET expire_time = now() WHERE charge_id IN ({reserved})",  # noqa: S608 - ours
        customer.account_id,
    )


@pytest.mark.parametrize("outcome", OUTCOMES, ids=["delivered", "failed"])
async def test_killed_between_capture_and_answer(
    ai: Api,
    stack: Stack,
    site: LocalSite,
    model: AiEndpoint,
    outcome: tuple[str, Reply, int],
) -> None:
    how, reply, price = outcome
    customer, url = await create_customer(stack, credits=200), page_for_ai(site)
    model.will(reply)
    check_ai_card(await ai.ask(url, customer, mode="ai"), how, "MISS", price)
    # As a crash leaves it: what was captured is not noted.
    await eventually(lambda: not rows(stack, UNSETTLED, customer.account_id))
    rows(stack, "UPDATE edge.cards SET settled = false WHERE account_id = %s", customer.account_id)
    check_ai_card(await ai.ask(url, customer, mode="ai"), how, "HIT", 1)
    assert not rows(stack, UNSETTLED, customer.account_id)
    assert await credits_of(stack, customer) == 200 - price - 1


async def test_a_kept_card_whose_capture_was_cut_off_is_paid_for_before_ai_is_tried_again(
    ai: Api, victim: Victim, stack: Stack, site: LocalSite, model: AiEndpoint
) -> None:
    customer, url = await create_customer(stack, credits=200), page_for_ai(site)
    await die_before_the_capture(victim, stack, model, customer, url, REFUSES)
    let_15_minutes_pass(stack, customer)
    model.will(DELIVERS)
    check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)
    assert await credits_of(stack, customer) == 200 - 10 - 100


async def test_billing_killed_with_a_crowd_of_cards_by_ai_under_way(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, tmp_path: Path
) -> None:
    """Half of them are delivered; whoever is told of a failure asks again once it is back."""
    customer = await create_customer(stack, credits=10_000)
    urls = [page_for_ai(site) for _ in range(CROWD)]
    replies = [reply for _, reply, _ in OUTCOMES] * (CROWD // len(OUTCOMES))
    held = [Held(reply) for reply in replies[CROWD // 2 :]]
    model.will(*replies[: CROWD // 2], *held, REFUSES)
    received, answered = list[httpx.Response](), asyncio.Event()

    async def ask(url: str) -> bool:
        answer = await ai.ask(url, customer, mode="ai")
        if answer.status_code == 200:
            received.append(answer)
            answered.set()
        else:
            check_error(answer, 500, "internal_error")
        return answer.status_code == 200

    asks = [asyncio.create_task(ask(url)) for url in urls]
    await answered.wait()
    await held[0].asked.wait()
    under_way = sum(not each.done() for each in asks)
    old_pid = stack.kill("billing")
    assert under_way >= len(held), "the kill came too late to show anything"
    for reply in held:
        reply.may_come.set()
    await asyncio.gather(*asks)
    await stack.up_again("billing", old_pid)
    model.will(DELIVERS)
    async with asyncio.timeout(BACK_WITHIN_S):
        for url in urls:
            while not await ask(url):  # noqa: ASYNC110 - another process comes back
                await asyncio.sleep(POLL_INTERVAL_S)
    let_holds_end(stack, customer)
    reserved = "SELECT held_credits FROM billing.balances WHERE account_id = %s"
    await eventually(lambda: rows(stack, reserved, customer.account_id) == [(0,)])
    ids = [answer.headers["x-request-id"] for answer in received]
    found = await audit(stack, customer, ids, tmp_path)
    assert found["received_without_charge"] == []
    assert found["cards_charged_otherwise"] == []
    assert found["unsettled_cards"] == found["cards_not_charged"] == []
    assert found["charges"] == len(received) + len(found["charged_not_received"])
    lines = await statement(stack, customer)
    balance = await credits_of(stack, customer)
    assert sum(delta for _, delta, _ in lines) == balance
    assert balance + sum(charged for _, _, charged in lines) == 10_000
