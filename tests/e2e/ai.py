"""Cards by AI: a page, what models say of it, and what the answers must carry."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import httpx

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card
from tests.e2e.books import rows
from tests.support.ai_endpoint import Reply, hangs_up, says, status
from tests.support.customers import Customer
from tests.support.local_site import LocalSite

TITLE = "How to brew coffee at home"

DELIVERS: Reply = says({"title": "Brew coffee at home"})
FAILURES: Mapping[str, tuple[Reply, str]] = {
    "refuses": (status(400), "failed"),
    "breaks": (status(500), "failed"),
    "hangs up": (hangs_up, "failed"),
    "says nonsense": (says("It is a page about coffee."), "failed"),
    "makes things up": (says({"title": "Nine secrets of Antarctic penguins"}), "rejected"),
}
"""What endpoints do, by name, and how it is told."""


def page_for_ai(site: LocalSite) -> str:
    """Put a page on the site that DELIVERS stands up to, and that no model was asked about yet."""
    description = f"How to brew coffee at home, recipe {uuid.uuid4().hex}."
    return site.put_page(TITLE, f'<meta name="description" content="{description}">')


def check_ai_card(
    response: httpx.Response, how: str, cache: str | None = None, credits: int | None = None
) -> bytes:
    """Check that this is a whole card, how AI did with it and what it cost."""
    data = check_card(response, cache, credits)
    assert response.headers["x-og-ai"] == how
    return data


async def kept_standard_card(
    ai: Api, stack: Stack, customer: Customer, url: str, *, due: bool = True
) -> bytes:
    """Have a card made while AI fails and, where due, let its 15 minutes pass."""
    card = check_ai_card(await ai.ask(url, customer, mode="ai"), "failed", "MISS", 10)
    if due:
        let_15_minutes_pass(stack, customer)
    return card


def let_15_minutes_pass(stack: Stack, customer: Customer) -> None:
    """Make all of a customer's cards due that are to be drawn again."""
    rows(
        stack,
        "UPDATE edge.cards SET redraw_time = now() - interval '1 second'"
        " WHERE account_id = %s AND redraw_time IS NOT NULL",
        customer.account_id,
    )


def minutes_until_redrawn(stack: Stack, customer: Customer) -> float | None:
    """Tell in how many minutes a customer's one card is to be drawn again."""
    [(minutes,)] = rows(
        stack,
        "SELECT (extract(epoch FROM redraw_time - now()) / 60)::float8 FROM edge.cards"
        " WHERE account_id = %s",
        customer.account_id,
    )
    return None if minutes is None else float(minutes)


def history(stack: Stack, customer: Customer) -> list[tuple[str | None, int, str | None]]:
    """List a customer's generations, oldest first: how AI did, the price, the title's source."""
    found = rows(
        stack,
        "SELECT ai_status, price_credits, sources ->> 'title' FROM edge.generations"
        " WHERE account_id = %s ORDER BY create_time",
        customer.account_id,
    )
    return [(how, price, source) for how, price, source in found]


def put_on_plan(stack: Stack, customer: Customer, plan: str) -> None:
    """Change a customer's plan."""
    rows(
        stack,
        "UPDATE auth.accounts SET plan_id = %s WHERE account_id = %s",
        plan,
        customer.account_id,
    )
