"""Batches: what is asked together is answered as if it were asked one after the other."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import grpc
import pytest

from og.auth.v1 import auth_pb2
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.world import (
    CALL_TIMEOUT_S,
    World,
    by_key,
    by_site,
    decision,
    new_address,
    new_domain,
    refusal,
)

DECISIONS = 800
LARGEST_RUN = 40
"""Of equal requests in a row."""
BURST = 300


class Cast:
    """Accounts, keys, sites and addresses: the same each time, but never the same ones."""

    def __init__(self) -> None:
        self.requests: list[auth_pb2.AuthorizeRequest] = []
        self.actors: dict[str, str] = {}

    async def prepare(self, world: World) -> None:
        addresses = [new_address(), new_address()]
        for number, limit in enumerate((2, 9, 100)):
            account_id, domain = await world.account(rate_limit=limit), new_domain()
            key, site_id = await world.key(account_id), await world.site(account_id, domain)
            self.actors |= {
                account_id: f"account {number}",
                key.api_key_id: f"key {number}",
                site_id: f"site {number}",
            }
            await world.complete(by_site(site_id, f"https://{domain}/found"), "TAG_FOUND")
            await world.complete(by_site(site_id, f"https://{domain}/missing"), "TAG_MISSING")
            for address in addresses:
                self.requests += [
                    *[by_key(key.secret, address)] * 4,
                    by_key("nonsense", address),
                    auth_pb2.AuthorizeRequest(client_address=address),
                    by_site("site_0000000000000000", f"https://{domain}/", address),
                    by_site(site_id, "https://example.org/", address),
                    *(
                        by_site(site_id, f"https://{domain}/{page}", address)
                        for page in ("found", "found", "found", "missing", "new")
                    ),
                ]

    def tell(self, answer: auth_pb2.AuthorizeResponse) -> auth_pb2.AuthorizeResponse:
        """Give all of an answer but when, and by whom."""
        assert answer.rate_limit.reset_time.seconds
        told = auth_pb2.AuthorizeResponse()
        told.CopyFrom(answer)
        told.rate_limit.ClearField("reset_time")
        told.account.account_id = self.actors.get(told.account.account_id, "")
        told.payer.payer_id = self.actors.get(told.payer.payer_id, "")
        return told


def drawn(rng: random.Random, kinds: int) -> list[int]:
    """Draw which requests come, some of them several times in a row, and each before any limit."""
    order = rng.sample(range(kinds), k=kinds)
    while len(order) < DECISIONS:
        order += [rng.randrange(kinds)] * rng.choice((1, 1, 1, 2, LARGEST_RUN))
    return order


@pytest.mark.parametrize("factor", [1, 3])
async def test_a_batch_decides_as_its_requests_would_one_by_one(
    serve_auth: ServeAuth, database_url: str, redis_url: str, rng: random.Random, factor: int
) -> None:
    """Over the limits of accounts and addresses, by keys and sites that share windows."""
    async with serve_auth(database_url, redis_url, site_card_window_factor=factor) as channel:
        world, singly, batched = World(channel), Cast(), Cast()
        await singly.prepare(world)
        await batched.prepare(world)
        order = drawn(rng, len(singly.requests))
        expected = [singly.tell(await world.authorize(singly.requests[n])) for n in order]
        got: list[auth_pb2.AuthorizeResponse] = []
        while len(got) < len(order):
            part = order[len(got) : len(got) + rng.randrange(1, 200)]
            got += map(batched.tell, await world.batch([batched.requests[n] for n in part]))
    assert got == expected
    assert len({told.decision for told in got}) == 7  # every decision came up


async def test_equal_requests_pass_up_to_the_limit_within_a_batch(world: World) -> None:
    key = await world.key(await world.account(rate_limit=30))
    answers = await world.batch([by_key(key.secret, new_address())] * 50)
    assert [decision(answer) for answer in answers] == ["ALLOWED"] * 30 + ["RATE_LIMITED"] * 20
    assert [answer.rate_limit.remaining for answer in answers] == [*range(29, -1, -1), *[0] * 20]
    assert len({answer.rate_limit.reset_time.ToNanoseconds() for answer in answers}) == 1
    payers = [answer.payer.payer_id for answer in answers]
    assert payers == [key.api_key_id] * 30 + [""] * 20


async def test_one_malformed_request_fails_its_batch_and_nothing_is_counted(world: World) -> None:
    key = await world.key(await world.account(rate_limit=10))
    good, address = by_key(key.secret), new_address()
    failing = auth_pb2.AuthorizeRequest(client_address=address)
    malformed = [
        ("client_address", auth_pb2.AuthorizeRequest(api_key=key.secret, client_address="::/0")),
        ("card_digest", auth_pb2.AuthorizeRequest(client_address=address, card_digest=b"short")),
        ("scope", auth_pb2.AuthorizeRequest(client_address=address, scope=99)),  # type: ignore[arg-type]
    ]
    for field, request in malformed:
        batch = auth_pb2.BatchAuthorizeRequest(requests=[good, good, failing, request])
        error = await refusal(world.auth.BatchAuthorize(batch, timeout=CALL_TIMEOUT_S))
        assert (error.code, error.reason) == (
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_REQUEST",
        )
        assert error.message.startswith(f"requests[3].{field}: ")
    passed, failed = await world.batch([good, failing])
    assert (passed.rate_limit.remaining, failed.rate_limit.remaining) == (9, 59)
    assert (passed.rate_limit.counts_failures, failed.rate_limit.counts_failures) == (False, True)


async def test_what_strangers_write_is_never_malformed(world: World) -> None:
    texts = ("", " ", "\0", "\x7f", "é", "\U0001f600", "%", "x" * 100_000, "https://[::", "site_\n")
    requests = [
        request
        for text in texts
        for request in (
            auth_pb2.AuthorizeRequest(client_address=new_address(), api_key=text),
            auth_pb2.AuthorizeRequest(client_address=new_address(), site_id=text, page_url=text),
            auth_pb2.AuthorizeRequest(
                client_address=new_address(), site_id="site_0000000000000000", page_url=text
            ),
        )
    ]
    told = [decision(answer) for answer in await world.batch(requests)]
    assert told == ["INVALID_API_KEY", "INVALID_SITE", "INVALID_SITE"] * len(texts)


async def test_a_burst_of_batches_is_answered_whole(world: World) -> None:
    """More than there are connections to either store, each of them with all that asks both."""
    account_id, domain = await world.account(rate_limit=100_000), new_domain()
    key, site_id = await world.key(account_id), await world.site(account_id, domain)
    batches = [
        [
            by_key(key.secret),
            by_key(key.secret, "192.0.2.1"),
            by_site(site_id, f"https://{domain}/{n}"),  # looked for in Valkey, too
            by_site(site_id, f"https://{domain}/{n}", "192.0.2.1"),
        ]
        for n in range(BURST)
    ]
    answers = await asyncio.gather(*map(world.batch, batches))
    assert Counter(decision(each) for batch in answers for each in batch) == {"ALLOWED": 4 * BURST}
    remaining = sorted(each.rate_limit.remaining for batch in answers for each in batch[:2])
    assert remaining == list(range(100_000 - 2 * BURST, 100_000))
