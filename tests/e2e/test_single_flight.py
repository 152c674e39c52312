"""One drawing for all who ask, at whatever edge; and what becomes of it if its drawer does not."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
import pytest_asyncio

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import (
    credits_of,
    key_with_limit,
    managing,
    rows,
    wait_for_credits,
)
from tests.e2e.pages import SlowPage
from tests.e2e.replicas import Replica, edge_replica
from tests.support.customers import CALL_TIMEOUT_S, Customer, create_customer, operator_token
from tests.support.local_site import LocalSite
from tests.support.waiting import eventually

CROWD = 200


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def other(stack: Stack) -> AsyncIterator[Api]:
    """Another edge on the same cards."""
    async with edge_replica(stack) as running:
        yield running.api


@pytest_asyncio.fixture(loop_scope="session")
async def mortal(stack: Stack) -> AsyncIterator[Replica]:
    """Another one, to which things happen."""
    async with edge_replica(stack) as running:
        yield running


def costs(answers: Sequence[httpx.Response]) -> Counter[tuple[str, str]]:
    return Counter((it.headers["x-cache"], it.headers["x-credits-charged"]) for it in answers)


def drawings(stack: Stack, customer: Customer) -> int:
    lines = "SELECT 1 FROM edge.generations WHERE account_id = %s"
    return len(rows(stack, lines, customer.account_id))


async def test_a_crowd_at_two_edges_has_one_drawing(
    stack: Stack, api: Api, other: Api, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    before = await credits_of(stack, customer)
    edges = [api, other] * (CROWD // 2)
    answers = await asyncio.gather(*(edge.ask(url, customer) for edge in edges))
    assert len({check_card(answer) for answer in answers}) == 1
    assert costs(answers) == {("MISS", "10"): 1, ("HIT", "1"): CROWD - 1}
    assert drawings(stack, customer) == site.visits[url] == 1
    assert await credits_of(stack, customer) == before - 10 - (CROWD - 1)


async def test_who_waits_takes_over_from_an_edge_that_was_killed(
    stack: Stack, api: Api, mortal: Replica, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site)
    before = await credits_of(stack, customer)
    lost = asyncio.create_task(mortal.api.ask(page.url, customer))
    await page.asked_for(1)
    asks = [asyncio.create_task(api.ask(page.url, customer)) for _ in range(3)]
    await wait_for_credits(stack, customer, before - 10)
    mortal.process.kill()
    await asyncio.gather(lost, return_exceptions=True)
    page.may_come.set()
    answers = await asyncio.gather(*asks)
    assert len({check_card(answer) for answer in answers}) == 1
    assert costs(answers) == {("MISS", "10"): 1, ("HIT", "1"): 2}
    assert drawings(stack, customer) == 1
    await wait_for_credits(stack, customer, before - 12 - 10)  # set aside by who died, for 60 s


async def test_an_edge_that_was_paused_publishes_nothing_once_another_took_over(
    stack: Stack, api: Api, mortal: Replica, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site)
    paused = asyncio.create_task(mortal.api.ask(page.url, customer))
    await page.asked_for(1)
    mortal.process.send_signal(signal.SIGSTOP)
    page.may_come.set()  # what it asked for waits for it from now on
    try:
        card = check_card(await api.ask(page.url, customer), "MISS", 10)
    finally:
        mortal.process.send_signal(signal.SIGCONT)
    answer = await paused
    if answer.status_code == 200:  # where it had time left
        assert check_card(answer, "HIT", 1) == card
    else:
        check_error(answer, 500, "internal_error")
    assert page.visits == 2
    for edge in (api, mortal.api):
        assert check_card(await edge.ask(page.url, customer), "HIT", 1) == card
    assert drawings(stack, customer) == 1


async def test_a_failure_is_everybodys_at_once(
    api: Api, other: Api, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site, status=404)
    asks = [asyncio.create_task(api.ask(page.url, customer)) for _ in range(5)]
    await page.asked_for(1)
    asks += [asyncio.create_task(other.ask(page.url, customer)) for _ in range(5)]
    await asyncio.wait(asks, timeout=1)  # for the second edge to ask: if it does not, it leads
    page.may_come.set()
    answers = await asyncio.gather(*asks)
    assert len({check_error(answer, 400, "page_unreachable") for answer in answers}) == 1
    assert page.visits <= 2


async def test_who_cannot_pay_is_told_so_and_tries_no_end_of_times(
    stack: Stack, api: Api, other: Api, site: LocalSite
) -> None:
    customer, url = await create_customer(stack, credits=9), site.put_page("A page")
    before = await credits_of(stack, customer)
    assert before < 10
    edges = [api, other] * 10
    for answer in await asyncio.gather(*(edge.ask(url, customer) for edge in edges)):
        check_error(answer, 402, "insufficient_credits")
    assert not site.visits[url]
    assert await credits_of(stack, customer) == before


async def test_a_key_that_has_spent_its_day_hands_over_to_another_at_whichever_edge(
    stack: Stack, api: Api, other: Api, site: LocalSite, customer: Customer
) -> None:
    spent, url = await key_with_limit(stack, customer, 1), site.put_page("A page")
    asks = [(edge, payer) for edge in (api, other) for payer in (spent, customer)] * 5
    answers = await asyncio.gather(*(edge.ask(url, payer) for edge, payer in asks))
    of_others = [answer for (_, payer), answer in zip(asks, answers, strict=True) if payer != spent]
    assert len({check_card(answer) for answer in of_others}) == 1
    assert sum(answer.headers.get("x-credits-charged") == "10" for answer in answers) == 1
    assert drawings(stack, customer) == 1


async def test_refreshes_that_come_while_one_is_drawn_share_the_next(
    stack: Stack, api: Api, other: Api, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site)
    page.may_come.set()
    check_card(await api.ask(page.url, customer), "MISS", 10)
    page.may_come.clear()
    first = asyncio.create_task(api.ask(page.url, customer, refresh="true"))
    await page.asked_for(2)
    asks = [
        asyncio.create_task(edge.ask(page.url, customer, refresh="true"))
        for edge in [api, other] * 5
    ]
    await asyncio.wait(asks, timeout=1)  # for all of them to come, on a machine that is not busy
    page.may_come.set()
    old = check_card(await first, "MISS", 10)
    answers = await asyncio.gather(*asks)
    drawn = costs(answers)["MISS", "10"]
    assert 1 <= drawn <= 3
    assert costs(answers) == {("MISS", "10"): drawn, ("HIT", "1"): len(asks) - drawn}
    assert page.visits == drawings(stack, customer) == 2 + drawn
    shown = {check_card(answer) for answer in answers}
    assert old not in shown
    assert check_card(await other.ask(page.url, customer), "HIT", 1) in shown


async def test_refreshes_one_after_another_each_read_the_page(
    api: Api, other: Api, site: LocalSite, customer: Customer
) -> None:
    page = SlowPage(site)
    page.may_come.set()
    answers = [await api.ask(page.url, customer)]
    answers += [await edge.ask(page.url, customer, refresh="true") for edge in (api, other, api)]
    seen = {check_card(answer, "MISS", 10) for answer in answers}
    assert len(seen) == page.visits == len(answers)


async def cut_off_after_publishing(stack: Stack, customer: Customer) -> None:
    """Leave what a crash leaves: a card in the index whose price is only set aside."""
    charge_id = str(uuid.uuid4())
    reserve = billing_pb2.ReserveRequest(
        charge=billing_pb2.ChargeRequest(
            charge_id=charge_id,
            account_id=customer.account_id,
            kind=billing_pb2.CHARGE_KIND_GENERATION,
        )
    )
    reserve.hold_duration.FromSeconds(60)
    async with open_channel(stack.services.target("billing"), operator_token(stack)) as channel:
        await billing_pb2_grpc.BillingServiceStub(channel).Reserve(reserve, timeout=CALL_TIMEOUT_S)
    rows(
        stack,
        "UPDATE edge.cards SET settled = false, charge_id = %s WHERE account_id = %s",
        charge_id,
        customer.account_id,
    )


@pytest.mark.parametrize(("who_comes", "costs"), [("asks", 1), ("refreshes", 10), ("deletes", 0)])
async def test_whoever_comes_next_has_a_card_paid_for_whose_making_was_cut_off(
    stack: Stack, api: Api, site: LocalSite, customer: Customer, who_comes: str, costs: int
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer), "MISS", 10)
    unsettled = "SELECT 1 FROM edge.cards WHERE account_id = %s AND NOT settled"
    await eventually(lambda: not rows(stack, unsettled, customer.account_id))
    before = await credits_of(stack, customer)
    await cut_off_after_publishing(stack, customer)
    match who_comes:
        case "asks":
            check_card(await api.ask(url, customer), "HIT", 1)
        case "refreshes":
            check_card(await api.ask(url, customer, refresh="true"), "MISS", 10)
        case "deletes":
            owner = await managing(stack, customer)
            assert (await api.ask(url, owner, method="DELETE")).status_code == 204
    assert await credits_of(stack, customer) == before - 10 - costs
