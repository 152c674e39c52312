"""Cards that exist, where it matters what a process keeps in memory and what it asks anew."""

from __future__ import annotations

import asyncio
import shutil

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import credits_of, wait_for_credits
from tests.e2e.operators import og, og_json
from tests.e2e.replicas import edge_replica
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite

CROWD = 100


async def test_what_was_sent_lately_is_sent_while_the_object_store_is_away(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url, other = site.put_page("A page"), site.put_page("Another")
    card = check_card(await api.ask(url, customer), "MISS", 10)
    before = await credits_of(stack, customer)
    folder = stack.config.directory / "cards"
    aside = folder.with_name("cards-aside")
    await asyncio.to_thread(shutil.move, folder, aside)
    await asyncio.to_thread(folder.write_text, "in the way")
    try:
        for _ in range(3):
            assert check_card(await api.ask(url, customer), "HIT", 1) == card
        check_error(await api.ask(other, customer), 500, "internal_error")
    finally:
        await asyncio.to_thread(folder.unlink)
        await asyncio.to_thread(shutil.move, aside, folder)
    await wait_for_credits(stack, customer, before - 3)
    check_card(await api.ask(other, customer), "MISS", 10)


async def test_in_a_crowd_each_answer_is_authorized_counted_and_charged_for_itself(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    rich = await create_customer(stack, rate_limit=CROWD + 1)
    poor = await create_customer(stack, credits=10 + CROWD // 2)
    url = site.put_page("A page")
    for customer in (rich, poor):
        check_card(await api.ask(url, customer), "MISS", 10)
    before = await credits_of(stack, rich)
    wrong = Customer("", f"{rich.api_key[:-1]}{'a' if rich.api_key[-1] != 'a' else 'b'}")
    answers = await asyncio.gather(
        *(api.ask(url, who) for _ in range(CROWD) for who in (rich, poor, wrong))
    )
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers[::3]]
    assert sorted(left) == list(range(CROWD))
    balances = [int(answer.headers["x-credits-remaining"]) for answer in answers[::3]]
    assert sorted(balances) == list(range(before - CROWD, before))
    for answer in answers[::3]:
        check_card(answer, "HIT", 1)
    paid = [answer for answer in answers[1::3] if answer.status_code == 200]
    assert len(paid) == CROWD // 2
    for answer in answers[1::3]:
        if answer.status_code != 200:
            check_error(answer, 402, "insufficient_credits")
    for answer in answers[2::3]:
        check_error(answer, 401, "invalid_api_key")
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
    check_error(await api.ask(url, rich), 429, "rate_limit_exceeded")
    assert await credits_of(stack, rich) == before - CROWD
    assert await credits_of(stack, poor) == 0


async def test_a_refresh_and_a_revoked_key_hold_on_every_edge_at_once(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    made = og_json(stack, "keys", "create", "--account", customer.account_id, "--name", "second")
    second = Customer(customer.account_id, str(made["key"]))
    async with edge_replica(stack) as replica:
        edges = (api, replica.api)
        url = site.put_page("The old title")
        check_card(await api.ask(url, customer), "MISS", 10)
        old = {check_card(await edge.ask(url, second), "HIT", 1) for edge in edges}
        site.put_page("The new title", "", url)
        new = check_card(await api.ask(url, customer, refresh="true"), "MISS", 10)
        assert new not in old
        for edge in edges:
            assert check_card(await edge.ask(url, second), "HIT", 1) == new
        revoked = await asyncio.to_thread(og, stack, "keys", "revoke", "--key", str(made["id"]))
        assert revoked.returncode == 0, revoked.stderr
        for edge in edges:
            check_error(await edge.ask(url, second), 401, "invalid_api_key")
            check_card(await edge.ask(url, customer), "HIT", 1)
