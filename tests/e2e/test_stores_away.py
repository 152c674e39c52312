"""A store falls silent, as a frozen machine does; then it is back, and so are we."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from og_stack.stack import Stack
from tests.support.customers import Customer, create_customer
from tests.support.processes import descendants

ANSWER_WITHIN_S = 12.0


@contextmanager
def frozen(stack: Stack, store: str) -> Iterator[None]:
    pids = [stack.process(store).pid, *descendants(stack.process(store).pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def ask(stack: Stack, customer: Customer, title: str) -> httpx.Response:
    parameters = {"url": stack.demo.demo_page, "template": "generic/standard", "title": title}
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=ANSWER_WITHIN_S) as client:
        return await client.get("/api/og", params=parameters, headers=customer.headers)


async def test_without_valkey_cards_are_served_and_limited_all_the_same(stack: Stack) -> None:
    customer = await create_customer(stack, rate_limit=3)
    assert (await ask(stack, customer, "here")).status_code == 200
    with frozen(stack, "valkey"):
        answers = [await ask(stack, customer, "here") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    customer = await create_customer(stack)
    assert (await ask(stack, customer, "back")).status_code == 200


@pytest.mark.parametrize("title", ["a card that exists", "a new card"])
async def test_without_postgres_the_answer_comes_in_time_and_says_so(
    stack: Stack, title: str
) -> None:
    customer = await create_customer(stack)
    assert (await ask(stack, customer, "a card that exists")).status_code == 200
    with frozen(stack, "postgres"):
        answer = await ask(stack, customer, title)
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
        assert answer.headers["cache-control"] == "no-store"
        assert int(answer.headers["retry-after"]) >= 1
    assert (await ask(stack, customer, title)).status_code == 200
