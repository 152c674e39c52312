"""Buying at the dashboard and at a Stripe of our own, by plain HTTP."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest_asyncio

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.operators import og_json
from tests.e2e.replicas import edge_replica, grpc_replica
from tests.support.customers import CALL_TIMEOUT_S, operator_token
from tests.support.people import Person, owner, words_of
from tests.support.stripe_server.objects import Object
from tests.support.stripe_server.server import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    StripeServer,
    signed,
    stripe_server,
)

BILLING = "/dashboard/billing"
WEBHOOK = "/webhooks/stripe"


@dataclass
class Mall:
    """A system that sells, its Stripe, and somebody who has just signed up."""

    stack: Stack
    base_url: str
    stripe: StripeServer
    delivered: int = 0

    def events(self) -> list[Object]:
        found = self.stripe.world.events[self.delivered :]
        self.delivered = len(self.stripe.world.events)
        return found

    async def deliver(self, person: Person) -> None:
        for event in self.events():
            response = await send(person, *signed(event))
            assert response.status_code == 204, response.text

    async def plan_in_auth(self, person: Person) -> tuple[str, str]:
        async with open_channel(
            self.stack.services.target("auth"), operator_token(self.stack)
        ) as channel:
            stub = auth_pb2_grpc.AccountServiceStub(channel)
            request = auth_pb2.GetAccountRequest(email=person.email)
            account = (await stub.GetAccount(request, timeout=CALL_TIMEOUT_S)).account
        return account.plan_id, account.next_plan_id


async def send(person: Person, payload: bytes, signature: str) -> httpx.Response:
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return await person.client.post(WEBHOOK, content=payload, headers=headers)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mall(stack: Stack) -> AsyncIterator[Mall]:
    async with stripe_server(lambda: int(time.time())) as stripe:
        settings = {
            "STRIPE_API_URL": stripe.url,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        async with (
            grpc_replica(stack, "billing", settings) as billing,
            edge_replica(stack, {"OG_BILLING_TARGET": billing}) as edge,
        ):
            yield Mall(stack, str(edge.api.client.base_url).rstrip("/"), stripe)


@pytest_asyncio.fixture(loop_scope="session")
async def ada(mall: Mall) -> AsyncIterator[Person]:
    async with owner(mall.base_url) as person:
        yield person


async def test_without_a_key_of_stripes_the_page_says_what_the_operator_does(stack: Stack) -> None:
    async with owner(stack.base_url) as person:
        page = await person.get(BILLING)
        words = words_of(page)
        assert page.status_code == 200
        assert "Payments are not set up" in words
        assert "og credits grant --account acct_" in words
        assert "Subscribe" not in words
        response = await person.post(f"{BILLING}/plan", {"plan": "pro"}, at=BILLING)
        assert (response.status_code, "operator" in words_of(response)) == (409, True)
        assert (await send(person, *signed({"object": "event", "id": "evt"}))).status_code == 404


async def test_a_plan_is_bought_changed_and_ended(mall: Mall, ada: Person) -> None:
    page = await ada.get(BILLING)
    assert "https://checkout.stripe.com" in page.headers["content-security-policy"]
    response = await ada.post(f"{BILLING}/plan", {"plan": "starter"}, at=BILLING)
    assert response.status_code == 303
    url = response.headers["location"]
    assert url.startswith("https://checkout.stripe.com/")
    sub = mall.stripe.world.finish_checkout(url.rpartition("/")[2])["id"]
    assert "Thank you" in words_of(await ada.get(f"{BILLING}?paid"))
    await mall.deliver(ada)
    assert await mall.plan_in_auth(ada) == ("starter", "free")
    words = words_of(await ada.get(BILLING))
    assert "Plan Starter renews on" in words
    assert "2,000 left of this month" in words
    assert "$19 paid" in words

    response = await ada.post(f"{BILLING}/change", {"plan": "pro"}, at=BILLING)
    assert (response.status_code, response.headers["location"]) == (303, BILLING)
    assert await mall.plan_in_auth(ada) == ("pro", "free")
    words = words_of(await ada.get(BILLING))
    assert "You are on Pro now." in words
    response = await ada.post(f"{BILLING}/change", {"plan": "starter"}, at=BILLING)
    words = words_of(await ada.get(BILLING))
    assert "You are on Starter from" in words
    assert "Plan Pro Starter from" in words
    assert await mall.plan_in_auth(ada) == ("pro", "free")

    response = await ada.post(f"{BILLING}/portal", {}, at=BILLING)
    assert response.headers["location"].startswith("https://billing.stripe.com/")
    mall.stripe.world.end(sub)
    await mall.deliver(ada)
    assert await mall.plan_in_auth(ada) == ("free", "")
    assert "Subscribe" in words_of(await ada.get(BILLING))


async def test_a_payment_that_fails_is_told_with_where_to_pay(mall: Mall, ada: Person) -> None:
    response = await ada.post(f"{BILLING}/plan", {"plan": "starter"}, at=BILLING)
    sub = mall.stripe.world.finish_checkout(response.headers["location"].rpartition("/")[2])
    invoice = mall.stripe.world.begin_month(sub["id"], paid=False)
    await mall.deliver(ada)
    page = await ada.get(BILLING)
    assert "The last payment failed" in words_of(page)
    assert f"https://invoice.stripe.com/i/{invoice['id']}" in page.text
    response = await ada.post(f"{BILLING}/change", {"plan": "pro"}, at=BILLING)
    assert (response.status_code, "Pay it first" in words_of(response)) == (409, True)


async def test_a_pack_is_bought(mall: Mall, ada: Person) -> None:
    response = await ada.post(f"{BILLING}/pack", {"pack": "small"}, at=BILLING)
    mall.stripe.world.finish_checkout(response.headers["location"].rpartition("/")[2])
    await mall.deliver(ada)
    assert "1,000 do not expire" in words_of(await ada.get(BILLING))


async def test_nothing_is_sold_to_an_account_that_is_suspended(mall: Mall, ada: Person) -> None:
    await ada.post(f"{BILLING}/pack", {"pack": "small"}, at=BILLING)
    account = str(og_json(mall.stack, "accounts", "show", "--email", ada.email)["id"])
    og_json(mall.stack, "accounts", "suspend", "--account", account, "--reason", "fraud")
    words = words_of(await ada.get(BILLING))
    assert "nothing is sold to it" in words
    assert "Subscribe" not in words
    for path, fields in (("plan", {"plan": "pro"}), ("pack", {"pack": "small"})):
        response = await ada.post(f"{BILLING}/{path}", fields, at=BILLING)
        assert (response.status_code, "suspended" in words_of(response)) == (409, True)
    portal = await ada.post(f"{BILLING}/portal", {}, at=BILLING)
    assert portal.headers["location"].startswith("https://billing.stripe.com/")


async def test_stripe_away_leaves_the_page_and_says_so(mall: Mall, ada: Person) -> None:
    await ada.post(f"{BILLING}/pack", {"pack": "small"}, at=BILLING)
    mall.stripe.failures = [500] * 40
    try:
        page = await ada.get(BILLING)
        assert (page.status_code, "Stripe does not answer" in words_of(page)) == (200, True)
        response = await ada.post(f"{BILLING}/pack", {"pack": "small"}, at=BILLING)
        assert response.status_code == 503
    finally:
        mall.stripe.failures = []


async def test_what_stripe_did_not_sign_is_refused(mall: Mall, ada: Person) -> None:
    payload, signature = signed({"object": "event", "id": "evt_1"})
    assert (await send(ada, payload, "")).status_code == 400
    assert (await send(ada, payload + b" ", signature)).status_code == 400
    assert (await send(ada, b"x" * 600_000, signature)).status_code == 413
    assert not mall.events()
