"""Cards that last: what keeps them, what redraws them, and what that costs."""

from __future__ import annotations

import asyncio
import shutil

from starlette.responses import Response

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import credits_of, rows, wait_for_credits
from tests.e2e.pages import picture
from tests.e2e.replicas import edge_replica
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.waiting import eventually

CROWD = 12


async def test_a_failed_refresh_keeps_the_old_card_and_costs_nothing(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, customer))
    site.remove(url)
    before = await credits_of(stack, customer)
    check_error(await api.ask(url, customer, refresh="true"), 400, "page_unreachable")
    assert await credits_of(stack, customer) == before
    assert check_card(await api.ask(url, customer), "HIT", 1) == card


async def test_a_failed_generation_costs_nothing(api: Api, stack: Stack, site: LocalSite) -> None:
    customer, before = await create_customer(stack, credits=10), 10
    url = site.put_bytes(b"%PDF-1.7 ...", "application/pdf")
    for _ in range(2):  # the second try needs the credits that the first one set aside
        check_error(await api.ask(url, customer), 400, "page_not_html")
        assert await credits_of(stack, customer) == before


async def test_cards_do_not_expire(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, customer))
    rows(
        stack,
        "UPDATE edge.cards SET draw_time = draw_time - interval '5 years',"
        " use_time = use_time - interval '5 years' WHERE account_id = %s",
        customer.account_id,
    )
    assert check_card(await api.ask(url, customer), "HIT", 1) == card


async def test_bytes_that_got_lost_are_redrawn_at_the_cached_price(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, customer), "MISS", 10)
    async with edge_replica(stack) as other:
        shutil.rmtree(stack.config.directory / "cards")
        # Who sent it lately has it in memory and needs no store.
        assert check_card(await api.ask(url, customer), "HIT", 1) == card
        assert check_card(await other.api.ask(url, customer), "MISS", 1) == card
        assert check_card(await other.api.ask(url, customer), "HIT", 1) == card
    assert check_card(await api.ask(url, customer), "HIT", 1) == card


async def test_a_card_that_cannot_be_stored_costs_nothing(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url, before = site.put_page("A page"), await credits_of(stack, customer)
    folder = stack.config.directory / "cards"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way")
    try:
        response = await api.ask(url, customer)
        check_error(response, 500, "internal_error")
        assert int(response.headers["retry-after"]) > 0
    finally:
        folder.unlink()
    await wait_for_credits(stack, customer, before)
    check_card(await api.ask(url, customer), "MISS", 10)


async def test_a_card_that_lacks_a_picture_lives_15_minutes_and_is_redrawn_free(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    icon = site.put(lambda: Response(status_code=503))
    url = site.put_page("A page", f'<link rel="icon" href="{icon}">')
    without = check_card(await api.ask(url, customer), "MISS", 10)
    site.put_bytes(picture("blue"), "image/png", icon)
    assert check_card(await api.ask(url, customer), "HIT", 1) == without
    assert rows(
        stack,
        "SELECT redraw_time - now() BETWEEN interval '14:00' MINUTE TO SECOND"
        " AND interval '15:00' MINUTE TO SECOND FROM edge.cards WHERE account_id = %s",
        customer.account_id,
    ) == [(True,)]
    _let_15_minutes_pass(stack, customer)
    redrawn = check_card(await api.ask(url, customer), "MISS", 1)
    assert redrawn != without
    assert check_card(await api.ask(url, customer), "HIT", 1) == redrawn


async def test_a_card_that_lacks_its_page_lives_15_minutes_and_heals(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page", '<meta name="description" content="What the page says.">')
    site.put(lambda: Response(status_code=503), url)
    without = check_card(await api.ask(url, customer, title="Given"), "MISS", 10)
    _let_15_minutes_pass(stack, customer)
    assert check_card(await api.ask(url, customer, title="Given"), "HIT", 1) == without
    site.put_page("A page", '<meta name="description" content="What the page says.">', url)
    assert check_card(await api.ask(url, customer, title="Given"), "HIT", 1) == without
    _let_15_minutes_pass(stack, customer)
    healed = check_card(await api.ask(url, customer, title="Given"), "MISS", 1)
    assert healed != without
    for_good = "SELECT redraw_time IS NULL FROM edge.cards WHERE account_id = %s"
    assert rows(stack, for_good, customer.account_id) == [(True,)]
    assert check_card(await api.ask(url, customer, title="Given"), "HIT", 1) == healed


async def test_a_redrawing_that_fails_keeps_the_old_card(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    icon = site.put(lambda: Response(status_code=503))
    url = site.put_page("A page", f'<link rel="icon" href="{icon}">')
    without = check_card(await api.ask(url, customer), "MISS", 10)
    site.remove(url)
    _let_15_minutes_pass(stack, customer)
    assert check_card(await api.ask(url, customer), "HIT", 1) == without


async def test_without_a_body_redrawing_is_free_too(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    icon = site.put(lambda: Response(status_code=503))
    url = site.put_page("A page", f'<link rel="icon" href="{icon}">')
    known = await api.ask(url, customer)
    check_card(known, "MISS", 10)
    _let_15_minutes_pass(stack, customer)
    before = await credits_of(stack, customer)
    asked = await api.ask(url, customer, headers={"If-None-Match": known.headers["etag"]})
    assert (asked.status_code, asked.headers["x-credits-charged"]) == (304, "0")
    assert await credits_of(stack, customer) == before


async def test_head_tells_of_the_card_there_is_and_draws_nothing(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    icon = site.put(lambda: Response(status_code=503))
    url = site.put_page("A page", f'<link rel="icon" href="{icon}">')
    without = await api.ask(url, customer)
    check_card(without, "MISS", 10)
    site.put_bytes(picture("blue"), "image/png", icon)
    _let_15_minutes_pass(stack, customer)
    before, visits = await credits_of(stack, customer), site.visits[url]
    asked = await api.ask(url, customer, method="HEAD")
    assert (asked.status_code, asked.headers["x-credits-charged"]) == (200, "0")
    assert asked.headers["etag"] == without.headers["etag"]
    assert site.visits[url] == visits
    assert await credits_of(stack, customer) == before
    redrawn = await api.ask(url, customer)
    check_card(redrawn, "MISS", 1)
    assert redrawn.headers["etag"] != without.headers["etag"]


def _let_15_minutes_pass(stack: Stack, customer: Customer) -> None:
    rows(
        stack,
        "UPDATE edge.cards SET redraw_time = now() - interval '1 second' WHERE account_id = %s",
        customer.account_id,
    )


async def test_a_crowd_that_asks_for_one_new_card_has_it_drawn_once(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    before = await credits_of(stack, customer)
    answers = await asyncio.gather(*(api.ask(url, customer) for _ in range(CROWD)))
    assert len({check_card(answer) for answer in answers}) == 1
    charged = sorted(int(answer.headers["x-credits-charged"]) for answer in answers)
    assert charged == [1] * (CROWD - 1) + [10]
    assert site.visits[url] == 1
    assert await credits_of(stack, customer) == before - 10 - (CROWD - 1)


async def test_every_generation_is_in_the_history(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    check_card(await api.ask(url, customer, title="Given"))
    check_card(await api.ask(url, customer, title="Given", refresh="true"))
    lines = rows(
        stack,
        "SELECT page_url, template_id, price_credits, sources ->> 'title'"
        " FROM edge.generations WHERE account_id = %s",
        customer.account_id,
    )
    assert lines == [(url, "generic/standard", 10, "override")] * 2


async def test_a_card_is_settled_once_it_is_paid_for(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack)
    check_card(await api.ask(site.put_page("A page"), customer))
    unsettled = "SELECT 1 FROM edge.cards WHERE account_id = %s AND NOT settled"
    await eventually(lambda: not rows(stack, unsettled, customer.account_id))


async def test_a_charge_whose_outcome_was_not_noted_is_not_taken_twice(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url, before = site.put_page("A page"), await credits_of(stack, customer)
    check_card(await api.ask(url, customer), "MISS", 10)
    unsettled = "SELECT 1 FROM edge.cards WHERE account_id = %s AND NOT settled"
    await eventually(lambda: not rows(stack, unsettled, customer.account_id))
    rows(stack, "UPDATE edge.cards SET settled = false WHERE account_id = %s", customer.account_id)
    check_card(await api.ask(url, customer), "HIT", 1)
    assert not rows(stack, unsettled, customer.account_id)
    assert await credits_of(stack, customer) == before - 11
