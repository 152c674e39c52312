"""mode=ai: who may have it, how an answer tells how it went, and what it costs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from starlette.responses import HTMLResponse, Response

from og_stack.stack import Stack
from tests.e2e.ai import (
    DELIVERS,
    FAILURES,
    TITLE,
    check_ai_card,
    history,
    minutes_until_redrawn,
    page_for_ai,
    put_on_plan,
)
from tests.e2e.api import BUDGET_S, Api, check_card, check_error
from tests.e2e.books import audit, credits_of, rows, statement
from tests.e2e.pages import page_of_a_site, tag
from tests.support.ai_endpoint import AiEndpoint, Reply, says, slowly
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite

CROWD = 12
PAGE_TAKES_S = 2.0
LONGER_THAN_ANY_REQUEST_S = 30


async def test_what_ai_delivers_costs_100_once_and_1_from_then_on(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint
) -> None:
    customer, url = await create_customer(stack, credits=200), page_for_ai(site)
    model.will(DELIVERS)
    made = await ai.ask(url, customer, mode="ai")
    card = check_ai_card(made, "delivered", "MISS", 100)
    assert made.headers["x-credits-remaining"] == "100"
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "HIT", 1) == card
    assert len(model.asked) == 1
    assert minutes_until_redrawn(stack, customer) is None
    assert history(stack, customer) == [("delivered", 100, "ai")]
    assert await statement(stack, customer) == [
        ("GRANT", 200, 0),
        ("RESERVATION", -100, 0),
        ("AI_GENERATION", 0, 100),
        ("CACHED_CARD", -1, 1),
    ]
    standard = await ai.ask(url, customer)
    assert check_card(standard, "MISS", 10) != card
    assert "x-og-ai" not in standard.headers


async def test_headers_alone_tell_how_ai_did_and_are_free(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    model.will(DELIVERS)
    made = await ai.ask(url, customer, mode="ai")
    before = await credits_of(stack, customer)
    head = await ai.ask(url, customer, mode="ai", method="HEAD")
    known = await ai.ask(url, customer, mode="ai", headers={"If-None-Match": made.headers["etag"]})
    for answer, expected in ((head, 200), (known, 304)):
        assert (answer.status_code, answer.headers["x-credits-charged"]) == (expected, "0")
        assert answer.headers["x-og-ai"] == "delivered"
        assert answer.headers["etag"] == made.headers["etag"]
    assert await credits_of(stack, customer) == before


@pytest.mark.parametrize("failure", FAILURES)
async def test_where_ai_fails_the_standard_card_costs_10_and_90_come_back_at_once(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, failure: str
) -> None:
    customer, url = await create_customer(stack, credits=150), page_for_ai(site)
    reply, how = FAILURES[failure]
    model.will(reply)
    made = await ai.ask(url, customer, mode="ai")
    card = check_ai_card(made, how, "MISS", 10)
    assert made.headers["x-credits-remaining"] == "140"
    assert check_card(await ai.ask(url, customer), "MISS", 10) == card
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), how, "HIT", 1) == card
    assert history(stack, customer)[0][:2] == (how, 10)
    minutes = minutes_until_redrawn_of_ai_cards(stack, customer)
    assert 14 < minutes <= 15
    assert await statement(stack, customer) == [
        ("GRANT", 150, 0),
        ("RESERVATION", -100, 0),
        ("GENERATION", 90, 10),
        ("RESERVATION", -10, 0),
        ("GENERATION", 0, 10),
        ("CACHED_CARD", -1, 1),
    ]


def minutes_until_redrawn_of_ai_cards(stack: Stack, customer: Customer) -> float:
    [(minutes,)] = rows(
        stack,
        "SELECT (extract(epoch FROM redraw_time - now()) / 60)::float8 FROM edge.cards"
        " WHERE account_id = %s AND ai_status IS NOT NULL",
        customer.account_id,
    )
    return float(minutes)


async def test_a_slow_page_and_a_slower_model_do_not_make_the_answer_late(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    async def slow_page() -> Response:
        await asyncio.sleep(PAGE_TAKES_S)
        return HTMLResponse("<!doctype html><title>How to brew coffee at home</title>")

    url, before = site.put(slow_page), await credits_of(stack, customer)
    model.will(slowly(DELIVERS, LONGER_THAN_ANY_REQUEST_S))
    began_s = time.monotonic()
    check_ai_card(await ai.ask(url, customer, mode="ai"), "timeout", "MISS", 10)
    assert time.monotonic() - began_s < BUDGET_S
    assert await credits_of(stack, customer) == before - 10


@pytest.mark.parametrize(
    ("plan", "status", "code"),
    [
        ("free", 402, "plan_required"),
        ("pro", 500, "ai_not_configured"),
    ],
)
async def test_without_the_plan_or_an_endpoint_nothing_is_charged_or_reserved(
    api: Api, stack: Stack, site: LocalSite, plan: str, status: int, code: str
) -> None:
    customer = await create_customer(stack, plan=plan, credits=500)
    check_error(await api.ask(page_for_ai(site), customer, mode="ai"), status, code)
    assert await statement(stack, customer) == [("GRANT", 500, 0)]


async def test_the_plan_is_asked_about_before_the_credits(
    ai: Api, stack: Stack, site: LocalSite
) -> None:
    customer = await create_customer(stack, plan="free", credits=0)
    check_error(await ai.ask(page_for_ai(site), customer, mode="ai"), 402, "plan_required")


async def test_a_card_by_ai_that_exists_is_served_on_every_plan_and_without_an_endpoint(
    ai: Api, api: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    model.will(DELIVERS)
    card = check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)
    assert check_ai_card(await api.ask(url, customer, mode="ai"), "delivered", "HIT", 1) == card
    put_on_plan(stack, customer, "free")
    for edge in (ai, api):
        answer = await edge.ask(url, customer, mode="ai")
        assert check_ai_card(answer, "delivered", "HIT", 1) == card
        refresh = await edge.ask(url, customer, mode="ai", refresh="true")
        check_error(refresh, 402, "plan_required")


@pytest.mark.parametrize("credits", [0, 10, 99])
async def test_who_cannot_pay_100_is_told_what_is_needed(
    ai: Api, stack: Stack, site: LocalSite, credits: int
) -> None:
    customer, url = await create_customer(stack, credits=credits), page_for_ai(site)
    message = check_error(await ai.ask(url, customer, mode="ai"), 402, "insufficient_credits")
    assert message == (
        f"You have {credits} credits remaining. Upgrade your plan or purchase a credit pack. "
        "A new card with mode=ai needs 100."
    )
    assert await credits_of(stack, customer) == credits


async def test_a_refresh_costs_what_the_mode_does(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url = page_for_ai(site)
    model.will(DELIVERS)
    check_ai_card(await ai.ask(url, customer, mode="ai"), "delivered", "MISS", 100)
    before = await credits_of(stack, customer)
    again = await ai.ask(url, customer, mode="ai", refresh="true")
    check_ai_card(again, "delivered", "MISS", 100)
    site.put_page("Tea, not coffee", "", url)
    model.will(FAILURES["refuses"][0])
    standard = check_ai_card(
        await ai.ask(url, customer, mode="ai", refresh="true"), "failed", "MISS", 10
    )
    assert await credits_of(stack, customer) == before - 110
    assert check_ai_card(await ai.ask(url, customer, mode="ai"), "failed", "HIT", 1) == standard


async def test_a_page_that_cannot_be_read_costs_nothing_without_overrides_and_10_with_them(
    ai: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = page_for_ai(site)
    site.remove(url)
    before = await credits_of(stack, customer)
    check_error(await ai.ask(url, customer, mode="ai"), 400, "page_unreachable")
    assert await credits_of(stack, customer) == before
    mine = await ai.ask(url, customer, mode="ai", title="Mine")
    check_ai_card(mine, "failed", "MISS", 10)
    assert await credits_of(stack, customer) == before - 10
    assert history(stack, customer) == [("failed", 10, "override")]
    assert 14 < (minutes_until_redrawn(stack, customer) or 0) <= 15


async def test_where_no_place_is_left_for_a_models_words_none_is_asked_and_10_is_enough(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint
) -> None:
    customer, url = await create_customer(stack, credits=11), page_for_ai(site)
    model.will(DELIVERS)
    made = await ai.ask(url, customer, mode="ai", title="Mine", description="")
    card = check_ai_card(made, "unused", "MISS", 10)
    assert minutes_until_redrawn(stack, customer) is None
    kept = await ai.ask(url, customer, mode="ai", title="Mine", description="")
    assert check_ai_card(kept, "unused", "HIT", 1) == card
    assert not model.asked
    assert history(stack, customer) == [("unused", 10, "override")]


async def test_without_the_plan_ai_is_refused_also_where_it_has_no_say(
    ai: Api, stack: Stack, site: LocalSite
) -> None:
    customer, url = await create_customer(stack, plan="free", credits=500), page_for_ai(site)
    answer = await ai.ask(url, customer, mode="ai", title="Mine", description="Mine too")
    check_error(answer, 402, "plan_required")


@pytest.mark.parametrize("template", ["generic/minimal", "generic/standard"])
async def test_words_that_passed_but_have_no_place_on_the_card_are_not_paid_for(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer, template: str
) -> None:
    model.will(says({"title": "Penguins of Antarctica", "description": f"{TITLE}, brew by brew"}))
    url = page_for_ai(site)
    made = await ai.ask(url, customer, mode="ai", template=template, description="Mine")
    card = check_ai_card(made, "rejected", "MISS", 10)
    assert history(stack, customer) == [("rejected", 10, "title")]
    standard = await ai.ask(url, customer, template=template, description="Mine")
    assert check_card(standard, "MISS", 10) == card


async def test_a_crowd_that_asks_for_one_card_has_the_model_asked_once(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    url, before = page_for_ai(site), await credits_of(stack, customer)
    model.will(slowly(DELIVERS, 0.5))
    answers = await asyncio.gather(*(ai.ask(url, customer, mode="ai") for _ in range(CROWD)))
    assert len({check_ai_card(answer, "delivered") for answer in answers}) == 1
    charged = sorted(int(answer.headers["x-credits-charged"]) for answer in answers)
    assert charged == [1] * (CROWD - 1) + [100]
    assert len(model.asked) == 1
    assert await credits_of(stack, customer) == before - 100 - (CROWD - 1)


async def test_a_site_has_cards_by_ai_too_and_its_page_is_fetched_once(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, customer: Customer
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    text = (
        f"<!doctype html><html lang=en><title>{TITLE}</title>{tag(stack, site_id, url, mode='ai')}"
    )
    site.put(lambda: HTMLResponse(text, headers={"Cache-Control": "max-age=60"}), url)
    model.will(DELIVERS)
    made = await ai.ask(url, site=site_id, mode="ai")
    check_ai_card(made, "delivered", "MISS", 100)
    assert site.visits[url] == 1
    check_ai_card(await ai.ask(url, site=site_id, mode="ai"), "delivered", "HIT", 1)


async def test_the_books_add_up(
    ai: Api, stack: Stack, site: LocalSite, model: AiEndpoint, tmp_path: Path
) -> None:
    customer, received = await create_customer(stack, credits=1000), list[str]()
    replies: list[tuple[Reply, int]] = [(DELIVERS, 100), (FAILURES["refuses"][0], 10)]
    for reply, price in replies:
        model.will(reply)
        url = page_for_ai(site)
        for charged in (price, 1):
            answer = await ai.ask(url, customer, mode="ai")
            check_card(answer, credits=charged)
            received.append(answer.headers["x-request-id"])
    found = await audit(stack, customer, received, tmp_path)
    assert (found["charges"], found["charged_credits"]) == (4, 112)
    assert found.pop("passed")
    assert not any(found[name] for name in found.keys() - {"charges", "charged_credits"})
    lines = await statement(stack, customer)
    assert sum(delta for _, delta, _ in lines) == await credits_of(stack, customer) == 888
    assert sum(charged for _, _, charged in lines) == 112
