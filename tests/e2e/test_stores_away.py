"""A store falls silent, as a frozen machine does; then it is back, and so are we."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import credits_of, wait_for_credits
from tests.e2e.replicas import edge_replica
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.processes import stopped, with_descendants

ANSWER_WITHIN_S = 20.0


def frozen(stack: Stack, store: str) -> AbstractContextManager[None]:
    return stopped(with_descendants(stack.process(store).pid))


@contextmanager
def silent_store(stack: Stack) -> Iterator[None]:
    """Have every card in the object store be one that is waited for and does not come.

    New ones cannot be written.
    """
    folder = stack.config.directory / "cards"
    aside = folder.with_name("cards aside")
    folder.rename(aside)
    pipes = []
    for card in (path for path in aside.rglob("*") if path.is_file()):
        pipe = folder / card.relative_to(aside)
        pipe.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(pipe)  # to read one waits until somebody writes to it
        pipes.append(pipe)
    try:
        yield
    finally:
        for pipe in pipes:
            let_go(pipe)
            pipe.unlink()
        shutil.rmtree(folder)
        aside.rename(folder)


def let_go(pipe: Path) -> None:
    """Have whoever reads a pipe come to its end."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno != errno.ENXIO:  # nobody reads it
            raise


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


async def test_without_the_object_store_what_edges_keep_in_memory_is_served(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    card = check_card(await api.ask(url, customer), "MISS", 10)
    before = await credits_of(stack, customer)
    async with edge_replica(stack) as edge:
        with silent_store(stack):
            assert check_card(await api.ask(url, customer), "HIT", 1) == card
            asked = await edge.api.ask(url, customer, method="HEAD")
            same = await edge.api.ask(
                url, customer, headers={"If-None-Match": asked.headers["etag"]}
            )
            assert (asked.status_code, same.status_code) == (200, 304)
            unread = await edge.api.ask(url, customer)
            assert unread.elapsed.total_seconds() < ANSWER_WITHIN_S
            check_error(unread, 500, "internal_error")
            assert int(unread.headers["retry-after"]) >= 1
        assert check_card(await edge.api.ask(url, customer), "HIT", 1) == card
    await wait_for_credits(stack, customer, before - 2)
