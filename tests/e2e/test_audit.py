"""`og audit` of a whole system: nothing where all is well, and each planted difference by name."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_auth.api_keys import MAX_API_KEYS
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card
from tests.e2e.books import revoke_keys, rows
from tests.e2e.operators import new_email, og, og_json
from tests.e2e.pages import page_of_a_site
from tests.e2e.systems import whole_system
from tests.support.customers import CALL_TIMEOUT_S, Customer, create_customer, operator_token
from tests.support.local_site import LocalSite
from tests.support.seeds import rng
from tests.support.waiting import POLL_INTERVAL_S

__all__ = ["rng"]

pytestmark = pytest.mark.timeout(600)  # audits are processes, beside a crowd

REQUESTS = 500
AT_ONCE = 8
PAGES = 12
TITLES = 5
ASK_TIMEOUT_S = 30
SETTLE_TIMEOUT_S = 10


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole(tmp_path_factory: pytest.TempPathFactory, site: LocalSite) -> AsyncIterator[Stack]:
    """A system in which no other test has changed anything."""
    async with whole_system(tmp_path_factory.mktemp("audited"), site) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def asked(whole: Stack) -> AsyncIterator[Api]:
    """Asks it for cards."""
    async with httpx.AsyncClient(base_url=whole.base_url, timeout=ASK_TIMEOUT_S) as client:
        yield Api(client)


def audit(stack: Stack, *options: str) -> tuple[int, dict[str, Any]]:
    """Audit the system; give the exit status and what was printed."""
    done = og(stack, "audit", "--json", *options)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, found


async def one_of_many(
    api: Api, rng: random.Random, customers: list[Customer], sites: list[tuple[str, str]], url: str
) -> httpx.Response:
    """Ask for a card in one of the ways that clients do, right and wrong."""
    customer = rng.choice(customers)
    title = f"Title {rng.randrange(TITLES)}"
    way = rng.choices(["card", "site", "head", "known", "refresh", "wrong"], [10, 4, 2, 2, 2, 2])
    match way:
        case ["site"]:
            site_id, page = rng.choice(sites)
            return await api.ask(page, site=site_id)
        case ["head"]:
            return await api.ask(url, customer, title=title, method="HEAD")
        case ["known"]:
            return await api.ask(url, customer, title=title, headers={"If-None-Match": "*"})
        case ["refresh"]:
            return await api.ask(url, customer, title=title, refresh="true")
        case ["wrong"]:
            return await api.ask(rng.choice(["", "https://nowhere.invalid/"]), customer)
        case _:
            return await api.ask(url, customer, title=title)


async def test_a_system_that_answered_many_requests_has_nothing_to_show(
    asked: Api, whole: Stack, site: LocalSite, rng: random.Random
) -> None:
    customers = [await create_customer(whole) for _ in range(3)]
    poor = await create_customer(whole, credits=25)
    sites = [await page_of_a_site(whole, site, customer) for customer in customers]
    urls = [site.put_page(f"Page {number}") for number in range(PAGES)]
    slots = asyncio.Semaphore(AT_ONCE)

    async def ask() -> httpx.Response:
        async with slots:
            return await one_of_many(asked, rng, [*customers, poor], sites, rng.choice(urls))

    crowd = [asyncio.create_task(ask()) for _ in range(REQUESTS)]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    amid, found_amid = await asyncio.to_thread(audit, whole)
    answers = await asyncio.gather(*crowd)
    assert (amid, found_amid["findings"]) == (0, []), "of what is under way, nothing is wrong"
    # On a busy machine some run out of time; what they began is ended, and may be charged.
    late = [answer for answer in answers if answer.status_code >= 500]

    await until_settled(whole)
    status, found = await asyncio.to_thread(audit, whole, "--min-age", "0")
    assert (status, found["differences"], found["passed"]) == (0, {}, True)
    assert late or found["findings"] == []
    charged = [int(answer.headers.get("x-credits-charged", 0)) for answer in answers]
    assert 0 <= found["charges"] - sum(map(bool, charged)) <= len(late)
    assert late or found["charged_credits"] == sum(charged)
    assert found["accounts"] == len(customers) + 2, "the demo's account is one"
    text = og(whole, "audit", "--min-age", "0").stdout
    assert "differences: none" in text
    assert f"{found['charges']:,} charges" in text


async def until_settled(stack: Stack, account_id: str = "%") -> None:
    """Wait until the payment of every card is noted, which no answer waits for."""
    unsettled = "SELECT key FROM edge.cards WHERE NOT settled AND account_id LIKE %s"
    async with asyncio.timeout(SETTLE_TIMEOUT_S):
        while rows(stack, unsettled, account_id):  # noqa: ASYNC110 - a store
            await asyncio.sleep(POLL_INTERVAL_S)


async def test_what_deleted_sites_and_accounts_paid_is_still_theirs(
    asked: Api, whole: Stack, site: LocalSite
) -> None:
    customer = await create_customer(whole)
    site_id, page = await page_of_a_site(whole, site, customer)
    check_card(await asked.ask(page, site=site_id))
    check_card(await asked.ask(site.put_page("A page"), customer))
    await until_settled(whole, customer.account_id)
    account = ("--account", customer.account_id)
    async with open_channel(whole.services.target("auth"), operator_token(whole)) as channel:
        deleting = auth_pb2.DeleteSiteRequest(site_id=site_id, account_id=customer.account_id)
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        await accounts.DeleteSite(deleting, timeout=CALL_TIMEOUT_S)
        status, found = await asyncio.to_thread(audit, whole, *account)
        assert (status, found["unknown_payers"], found["charges"]) == (0, [], 2)
        leaving = auth_pb2.DeleteAccountRequest(account_id=customer.account_id)
        identity = auth_pb2_grpc.IdentityServiceStub(channel)
        await identity.DeleteAccount(leaving, timeout=CALL_TIMEOUT_S)
    status, found = await asyncio.to_thread(audit, whole, *account)
    assert (status, found["unknown_payers"], found["charges"]) == (0, [], 2)
    shown = og_json(whole, "accounts", "show", *account)
    assert shown["email"] == ""
    assert shown["deleted"]


Plant = Callable[[Stack, Customer, str], Awaitable[str] | str]
"""Puts something wrong into the books of a customer, who was charged for the card of that id;
gives the account under which it is to be found."""


def insert_entry(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(
        stack,
        """
        INSERT INTO billing.entries (charge_id, action, account_id, kind, credits, reference,
                                     plan_credits, pack_credits, held_credits, create_time)
        SELECT %s, 'charge', account_id, 'generation', 10, 'by hand',
               plan_credits, pack_credits - 10, held_credits, now()
        FROM billing.balances WHERE account_id = %s
        """,
        str(uuid.uuid4()),
        customer.account_id,
    )
    del card_id
    return customer.account_id


def remove_history(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(stack, "DELETE FROM edge.generations WHERE id = %s", card_id)
    return customer.account_id


def unsettle_card(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(stack, "UPDATE edge.cards SET settled = false WHERE charge_id = %s", card_id)
    return customer.account_id


def change_price(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(stack, "UPDATE edge.generations SET price_credits = 20 WHERE id = %s", card_id)
    return customer.account_id


def insert_history(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(
        stack,
        """
        INSERT INTO edge.generations
        SELECT %s::uuid, account_id, card_key, page_url, template_id, options, sources,
               failed_images, price_credits, create_time
        FROM edge.generations WHERE id = %s
        """,
        str(uuid.uuid4()),
        card_id,
    )
    return customer.account_id


def move_history(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(
        stack,
        "UPDATE edge.generations SET account_id = %s WHERE id = %s",
        stack.demo.account_id,
        card_id,
    )
    return customer.account_id


def change_payer(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(stack, "UPDATE billing.entries SET payer_id = 'key_x' WHERE charge_id = %s", card_id)
    return customer.account_id


def change_balance(stack: Stack, customer: Customer, card_id: str) -> str:
    rows(
        stack,
        "UPDATE billing.balances SET pack_credits = pack_credits + 5 WHERE account_id = %s",
        customer.account_id,
    )
    del card_id
    return ""


async def grant_to_nobody(stack: Stack, customer: Customer, card_id: str) -> str:
    del customer, card_id
    account_id = f"acct_{uuid.uuid4().hex[:16]}"
    async with open_channel(stack.services.target("billing"), operator_token(stack)) as channel:
        await billing_pb2_grpc.BillingServiceStub(channel).Grant(
            billing_pb2.GrantRequest(
                charge_id=str(uuid.uuid4()),
                account_id=account_id,
                credits=1,
                bucket=billing_pb2.BUCKET_PACK,
            ),
            timeout=CALL_TIMEOUT_S,
        )
    return account_id


async def give_a_card_away(stack: Stack, customer: Customer, card_id: str) -> str:
    """Leave what a crash leaves: a card in the history whose reservation ran out."""
    free_id = str(uuid.uuid4())
    async with open_channel(stack.services.target("billing"), operator_token(stack)) as channel:
        billing = billing_pb2_grpc.BillingServiceStub(channel)
        reserve = billing_pb2.ReserveRequest(
            charge=billing_pb2.ChargeRequest(
                charge_id=free_id,
                account_id=customer.account_id,
                kind=billing_pb2.CHARGE_KIND_GENERATION,
            )
        )
        reserve.hold_duration.FromSeconds(60)
        await billing.Reserve(reserve, timeout=CALL_TIMEOUT_S)
        await billing.Release(billing_pb2.ReleaseRequest(charge_id=free_id), timeout=CALL_TIMEOUT_S)
    insert_history(stack, customer, card_id)
    rows(
        stack,
        "UPDATE edge.generations SET id = %s WHERE account_id = %s AND id <> %s",
        free_id,
        customer.account_id,
        card_id,
    )
    return customer.account_id


def change_plan(stack: Stack, customer: Customer, card_id: str) -> str:
    del customer, card_id
    account_id: str = og_json(stack, "accounts", "create", "--email", new_email(), "--plan", "pro")[
        "id"
    ]
    rows(stack, "UPDATE auth.accounts SET plan_id = 'free' WHERE account_id = %s", account_id)
    return account_id


PLANTS: dict[Plant, set[str]] = {
    insert_entry: {"charged_without_card"},
    remove_history: {"charged_without_card", "cards_without_history"},
    unsettle_card: {"unsettled_cards"},
    change_price: {"cards_charged_otherwise"},
    insert_history: {"cards_never_reserved"},
    move_history: {"charged_anothers_card", "cards_without_history"},
    change_payer: {"unknown_payers"},
    change_balance: {"ledger_does_not_add_up"},
    grant_to_nobody: {"unknown_accounts"},
    give_a_card_away: {"cards_not_charged"},
    change_plan: {"plans_differ"},
}


async def test_every_planted_difference_is_found_by_name(
    asked: Api, whole: Stack, site: LocalSite
) -> None:
    expected: dict[str, set[str]] = {}
    for plant, kinds in PLANTS.items():
        customer = await create_customer(whole)
        made = await asked.ask(site.put_page("A page"), customer)
        check_card(made, "MISS", 10)
        await until_settled(whole, customer.account_id)
        planted = plant(whole, customer, made.headers["x-request-id"])
        account_id = planted if isinstance(planted, str) else await planted
        expected[account_id] = kinds
    status, found = await asyncio.to_thread(audit, whole, "--min-age", "0")
    assert status == 1
    assert found["passed"] is False
    seen: dict[str, set[str]] = {}
    for finding in found["findings"]:
        seen.setdefault(finding["account_id"], set()).add(finding["kind"])
    # A card in another's history is one there that nothing was set aside for.
    assert seen.pop(whole.demo.account_id) == {"cards_never_reserved"}
    assert seen == expected
    ledger = {it["subject"] for it in found["findings"] if not it["account_id"]}
    assert {"wrong_balances", "wrong_entries"} <= ledger
    assert set(found["leftovers"]) == {"unsettled_cards", "cards_not_charged"}

    text = og(whole, "audit", "--min-age", "0")
    assert text.returncode == 1
    for finding in found["findings"]:
        assert finding["subject"] in text.stdout
        assert finding["kind"].replace("_", " ") in text.stdout


async def test_a_key_that_auth_forgot_is_no_strange_payer(
    asked: Api, whole: Stack, site: LocalSite
) -> None:
    customer = await create_customer(whole)
    check_card(await asked.ask(site.put_page("A page"), customer), "MISS", 10)
    await until_settled(whole, customer.account_id)
    await revoke_keys(whole, customer)
    async with open_channel(whole.services.target("auth"), operator_token(whole)) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        for number in range(MAX_API_KEYS):
            await accounts.CreateApiKey(
                auth_pb2.CreateApiKeyRequest(
                    account_id=customer.account_id, display_name=f"key {number}"
                ),
                timeout=CALL_TIMEOUT_S,
            )
        listed = await accounts.ListApiKeys(
            auth_pb2.ListApiKeysRequest(account_id=customer.account_id), timeout=CALL_TIMEOUT_S
        )
    assert not [key for key in listed.api_keys if key.HasField("revoke_time")], "it is forgotten"
    status, found = await asyncio.to_thread(audit, whole, "--account", customer.account_id)
    assert (status, found["unknown_payers"], found["charges"]) == (0, [], 1)


async def test_what_is_young_is_left_out_and_old_differences_stay(
    asked: Api, whole: Stack, site: LocalSite
) -> None:
    customer = await create_customer(whole)
    made = await asked.ask(site.put_page("A page"), customer)
    remove_history(whole, customer, made.headers["x-request-id"])

    def kinds_of(found: dict[str, Any]) -> set[str]:
        mine = [it for it in found["findings"] if it["account_id"] == customer.account_id]
        return {it["kind"] for it in mine}

    assert kinds_of(audit(whole)[1]) == set()
    rows(
        whole,
        "UPDATE billing.entries SET create_time = create_time - interval '3 minutes'"
        " WHERE account_id = %s",
        customer.account_id,
    )
    assert kinds_of(audit(whole)[1]) == {"charged_without_card"}


def test_an_account_that_nobody_has_is_refused(whole: Stack) -> None:
    done = og(whole, "audit", "--account", "acct_0000000000000000")
    assert done.returncode == 2
    assert "no such account" in done.stderr
    assert done.stdout == ""


def test_a_cluster_is_told_to_audit_itself(whole: Stack) -> None:
    done = og(whole, "audit", settings={"OG_BILLING_TARGET": "dns:///localhost:50054"})
    assert done.returncode == 3
    assert "OG_BILLING_TARGET names another one" in done.stderr
    assert "kubectl -n instant-og create job --from=cronjob/billing-audit" in done.stderr
    assert done.stdout == ""
