"""What keys and sites leave each other of an account's limit, and cards asked for by crowds."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from og.auth.v1 import auth_pb2
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
    decision,
    new_address,
    new_domain,
)

LIMIT = 20
FACTOR = 3


@dataclass
class Customer:
    """An account with a key and two sites, each with a page that is verified."""

    by_key: auth_pb2.AuthorizeRequest
    by_sites: list[auth_pb2.AuthorizeRequest]

    @property
    def by_site(self) -> auth_pb2.AuthorizeRequest:
        return self.by_sites[0]


async def customer(world: World, limit: int = LIMIT) -> Customer:
    """Make one; each verification was counted once."""
    account_id = await world.account(rate_limit=limit)
    requests = []
    for _ in range(2):
        domain = new_domain()
        page = by_site(await world.site(account_id, domain), f"https://{domain}/")
        assert decision(await world.complete(page, "TAG_FOUND")) == "ALLOWED"
        requests.append(page)
    return Customer(by_key((await world.key(account_id)).secret), requests)


def window(
    answer: auth_pb2.AuthorizeResponse | auth_pb2.AdmitNewCardResponse,
) -> tuple[str, int, int]:
    return decision(answer), answer.rate_limit.limit, answer.rate_limit.remaining


@pytest.fixture
async def crowded(serve_auth: ServeAuth, database_url: str, redis_url: str) -> AsyncIterator[World]:
    async with serve_auth(database_url, redis_url, site_card_window_factor=FACTOR) as channel:
        yield World(channel)


async def test_a_site_that_runs_wild_leaves_the_keys_all_of_their_limit(world: World) -> None:
    account = await customer(world)
    wild = [*([account.by_sites[0]] * 100), *([account.by_sites[1]] * 100)]
    answers = await asyncio.gather(*map(world.authorize, wild))
    assert Counter(map(decision, answers)) == {"ALLOWED": LIMIT - 2, "RATE_LIMITED": 202 - LIMIT}
    for used in range(1, LIMIT + 1):
        assert window(await world.authorize(account.by_key)) == ("ALLOWED", LIMIT, LIMIT - used)
    assert window(await world.authorize(account.by_key)) == ("RATE_LIMITED", LIMIT, 0)
    assert window(await world.authorize(account.by_site)) == ("RATE_LIMITED", LIMIT, 0)


async def test_sites_get_what_the_keys_leave(world: World) -> None:
    account = await customer(world)
    await world.batch([account.by_key] * (LIMIT - 5))
    answers = await world.batch([account.by_site] * 10)
    assert [window(answer)[2] for answer in answers[:3]] == [2, 1, 0]
    assert Counter(map(decision, answers)) == {"ALLOWED": 3, "RATE_LIMITED": 7}


async def test_keys_and_sites_at_once_get_what_the_order_of_their_requests_gives_them(
    world: World, rng: random.Random
) -> None:
    """A batch of both says for each what a plain count says."""
    account = await customer(world)
    keys, both = 0, 2
    answers = []
    order = rng.choices((True, False), k=3 * LIMIT)
    sizes = [rng.randrange(1, 15) for _ in order]
    start = 0
    for size in sizes:
        part = order[start : start + size]
        start += size
        if part:
            answers += await world.batch([account.by_key if k else account.by_site for k in part])
    for with_key, answer in zip(order, answers, strict=True):
        admitted = (keys if with_key else both) < LIMIT
        keys += admitted and with_key
        both += admitted
        remaining = max(0, LIMIT - (keys if with_key else both))
        assert window(answer) == ("ALLOWED" if admitted else "RATE_LIMITED", LIMIT, remaining)


async def test_without_a_factor_nothing_is_apart(world: World) -> None:
    account = await customer(world)
    for request in (account.by_key, account.by_site):
        assert not (await world.authorize(request)).admits_new_cards_apart


async def test_with_a_factor_sites_have_a_window_of_their_own(crowded: World) -> None:
    account, larger = await customer(crowded), LIMIT * FACTOR
    by_site_ = await crowded.batch([account.by_site] * (larger - 1))
    assert window(by_site_[0]) == ("ALLOWED", larger, larger - 3)
    assert Counter(map(decision, by_site_)) == {"ALLOWED": larger - 2, "RATE_LIMITED": 1}
    assert all(answer.admits_new_cards_apart for answer in by_site_)
    keyed = await crowded.authorize(account.by_key)
    assert window(keyed) == ("ALLOWED", LIMIT, LIMIT - 1)
    assert not keyed.admits_new_cards_apart


async def test_with_a_factor_new_cards_of_sites_get_what_the_keys_leave(crowded: World) -> None:
    account = await customer(crowded)
    await crowded.batch([account.by_key] * (LIMIT - 2))
    sites = [request.site_id for request in account.by_sites]
    answers = [await crowded.admit_new_card(site) for site in (*sites, *sites)]
    assert [window(answer) for answer in answers] == [
        ("ALLOWED", LIMIT, 1),
        ("ALLOWED", LIMIT, 0),
        ("RATE_LIMITED", LIMIT, 0),
        ("RATE_LIMITED", LIMIT, 0),
    ]
    keyed = await crowded.batch([account.by_key] * 3)
    assert Counter(map(decision, keyed)) == {"ALLOWED": 2, "RATE_LIMITED": 1}


@pytest.mark.parametrize("site_id", ["site_0000000000000000", "nonsense"])
async def test_a_new_card_of_no_site_counts_against_the_address(
    crowded: World, site_id: str
) -> None:
    assert window(await crowded.admit_new_card(site_id)) == ("INVALID_SITE", 60, 59)
    address = new_address()
    await crowded.fill_failures(address)
    refused = await crowded.admit_new_card(site_id, address)
    assert window(refused) == ("RATE_LIMITED", 60, 0)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (auth_pb2.AdmitNewCardRequest(client_address="10.9.9.9"), "site_id"),
        (auth_pb2.AdmitNewCardRequest(site_id="site_0", client_address="here"), "client_address"),
    ],
)
async def test_half_a_question_about_a_new_card_is_refused(
    world: World, request_: auth_pb2.AdmitNewCardRequest, field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.auth.AdmitNewCard(request_, timeout=20)
    status = rpc_status.from_call(cast("grpc.Call", refused.value))
    assert status is not None
    assert status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    violations = error_details_pb2.BadRequest()
    assert any(detail.Unpack(violations) for detail in status.details)
    assert [violation.field for violation in violations.field_violations] == [field]
