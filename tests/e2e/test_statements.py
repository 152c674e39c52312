"""Statements, usage, balances and notices, as an operator prints them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

from og.billing.v1 import billing_pb2_grpc
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card
from tests.e2e.operators import new_email, og, og_json
from tests.e2e.pages import page_of_a_site
from tests.support.customers import Customer, create_customer, grant_by, operator_token
from tests.support.local_site import LocalSite

PLUS = "=1+1"
TEMPLATE = "generic/standard"


def new_customer(stack: Stack, *options: str, plan: str = "free", name: str = PLUS) -> Customer:
    """Create an account with a key, whose name a spreadsheet would take for a formula."""
    account = og_json(
        stack, "accounts", "create", "--email", new_email(), "--plan", plan, *options
    )["id"]
    key = og_json(stack, "keys", "create", "--account", account, "--name", name)
    return Customer(account, key["key"])


def statement_csv(stack: Stack, customer: Customer, *options: str) -> list[dict[str, str]]:
    done = og(stack, "credits", "statement", "--account", customer.account_id, "--csv", *options)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


async def test_a_statement_says_what_was_paid_through_what(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    customer = new_customer(stack)
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    check_card(await api.ask(url, customer), "HIT", 1)
    lines = statement_csv(stack, customer)
    assert [(it["what"], it["change"], it["charged"], it["balance"]) for it in lines] == [
        ("cached card", "-1", "1", "89"),
        ("new card", "0", "10", "90"),
        ("set aside", "-10", "0", "90"),
        ("plan's month", "100", "0", "100"),
    ]
    assert [it["through"] for it in lines] == [f"'{PLUS}", site.address, site.address, ""]
    assert {it["reference"] for it in lines[:3]} == {f"{TEMPLATE} {url}"}
    assert lines[1]["payer_id"] == site_id
    assert lines[1]["charge_id"] == lines[2]["charge_id"]

    text = og(stack, "credits", "statement", "--account", customer.account_id).stdout
    assert f"{TEMPLATE} {url}" in text
    assert PLUS in text
    found = og_json(stack, "credits", "statement", "--account", customer.account_id)
    assert [str(it["change"]) for it in found["entries"]] == [it["change"] for it in lines]
    assert found["entries"][0]["through"] == PLUS


async def test_days_are_chosen_and_added_up(api: Api, stack: Stack, site: LocalSite) -> None:
    customer = new_customer(stack)
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    check_card(await api.ask(url, customer), "HIT", 1)
    today = dt.datetime.now(dt.UTC).date()
    yesterday, tomorrow = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    assert len(statement_csv(stack, customer, "--from", str(yesterday), "--to", str(tomorrow))) == 4
    assert statement_csv(stack, customer, "--to", str(yesterday)) == []
    assert statement_csv(stack, customer, "--from", str(tomorrow)) == []

    by_day = statement_csv(stack, customer, "--by-day", "--from", str(yesterday))
    assert sum(int(day["charged"]) for day in by_day) == 11
    assert sum(int(day["new_cards"]) for day in by_day) == 1
    assert sum(int(day["cached_cards"]) for day in by_day) == 1
    assert sum(int(day["added"]) for day in by_day) == 100
    by_payer = statement_csv(stack, customer, "--by-payer")
    spent = {row["payer_id"]: int(row["charged"]) for row in by_payer}
    assert spent[site_id] == 10
    assert sum(spent.values()) == 11


async def test_usage_is_told_by_key_and_site(api: Api, stack: Stack, site: LocalSite) -> None:
    customer = new_customer(stack)
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    check_card(await api.ask(url, customer), "HIT", 1)
    days = og_json(stack, "credits", "usage", "--account", customer.account_id)["days"]
    shown = {it["through"]: (it["spent"], it["new_cards"], it["cached_cards"]) for it in days}
    assert shown == {site.address: (10, 1, 0), PLUS: (1, 0, 1)}
    assert og(stack, "credits", "usage", "--account", customer.account_id).stdout.startswith("day")


async def test_all_of_a_long_statement_is_printed(stack: Stack) -> None:
    customer = await create_customer(stack, credits=0)
    amounts = [str(number) for number in range(1, 1_100)]  # more than a page
    async with open_channel(stack.services.target("billing"), operator_token(stack)) as channel:
        billing = billing_pb2_grpc.BillingServiceStub(channel)
        for amount in amounts:
            await grant_by(billing, customer.account_id, int(amount))
    newest_first = list(reversed(amounts))
    assert [it["change"] for it in statement_csv(stack, customer)] == newest_first[:50]
    assert [it["change"] for it in statement_csv(stack, customer, "--all")] == newest_first


def test_packs_are_listed_and_granted(stack: Stack) -> None:
    customer = new_customer(stack)
    packs = {it["pack"]: it["credits"] for it in og_json(stack, "credits", "packs")["packs"]}
    grant = ("credits", "grant", "--account", customer.account_id, "--pack")
    assert og_json(stack, *grant, "small")["balance"] == 100 + packs["small"]
    [newest, *_] = og_json(stack, "credits", "statement", "--account", customer.account_id)[
        "entries"
    ]
    assert (newest["change"], newest["reference"]) == (packs["small"], "pack small")
    for wrong in (
        (*grant, "huge"),
        (*grant, "small", "--credits", "5"),
        (*grant, "small", "--bucket", "plan"),
        ("credits", "grant", "--account", customer.account_id),
    ):
        refused = og(stack, *wrong)
        assert refused.returncode == 1
        assert refused.stdout == ""


def test_a_grant_that_may_have_been_lost_is_repeated_and_made_once(stack: Stack) -> None:
    customer = new_customer(stack)
    grant = ("credits", "grant", "--account", customer.account_id, "--credits", "5")
    nobody_listens = {"OG_BILLING_TARGET": "127.0.0.1:1"}
    lost = og(stack, *grant, settings=nobody_listens)
    assert (lost.returncode, lost.stdout) == (3, "")
    [charge_id] = re.findall(r"--charge-id (\S+)", lost.stderr)
    for _ in range(2):
        granted = og_json(stack, *grant, "--charge-id", charge_id)
        assert (granted["balance"], granted["charge_id"]) == (105, charge_id)
    other = og(stack, *grant, "--reference", "another", "--charge-id", charge_id)
    assert (other.returncode, other.stdout) == (1, "")
    assert balance_of(stack, customer)["balance"] == 105

    create = ("accounts", "create", "--email", new_email(), "--plan", "free", "--credits", "7")
    half = og(stack, *create, settings=nobody_listens)
    assert half.returncode == 1
    mend = half.stderr.partition("with: og ")[2].split()
    for _ in range(2):
        assert og_json(stack, *mend)["balance"] == 7


def balance_of(stack: Stack, customer: Customer) -> dict[str, Any]:
    return og_json(stack, "credits", "balance", "--account", customer.account_id)


def test_a_plan_starts_at_once_or_with_the_next_month(stack: Stack) -> None:
    customer = new_customer(stack, plan="starter")
    before = balance_of(stack, customer)
    assert (before["plan_id"], before["next_plan_id"], before["plan"]) == (
        *("starter", "starter"),
        2_000,
    )
    set_plan = ("accounts", "set-plan", "--account", customer.account_id, "--plan")
    raised = og_json(stack, *set_plan, "pro")
    assert (raised["plan"], raised["from"], raised["balance"]) == ("pro", "now", 10_000)
    for _ in range(2):  # run again, it completes or changes nothing
        lowered = og_json(stack, *set_plan, "free")
        assert (lowered["plan"], lowered["next_plan"]) == ("pro", "free")
        assert lowered["from"] == lowered["month_ends"] == balance_of(stack, customer)["month_ends"]
    after = balance_of(stack, customer)
    assert (after["plan_id"], after["next_plan_id"], after["plan"]) == ("pro", "free", 10_000)
    stays = og_json(stack, *set_plan, "pro")
    assert (stays["plan"], stays["next_plan"], stays["balance"]) == ("pro", "", 10_000)
    assert balance_of(stack, customer)["next_plan_id"] == "pro"
    refused = og(stack, *set_plan, "gold")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "no plan 'gold'" in refused.stderr


async def test_a_low_balance_is_told_once(api: Api, stack: Stack, site: LocalSite) -> None:
    customer = new_customer(stack)
    account, url = customer.account_id, site.put_page("A page")
    low = og_json(stack, "credits", "low-balance", "--account", account, "--credits", "95")
    assert low["low_balance"] == 95
    assert og_json(stack, "credits", "notices", "--account", account)["notices"] == []
    check_card(await api.ask(url, customer), "MISS", 10)
    for _ in range(3):
        check_card(await api.ask(url, customer), "HIT", 1)
    [notice] = og_json(stack, "credits", "notices", "--account", account)["notices"]
    assert (notice["notice"], notice["balance"], notice["account"]) == ("low_balance", 90, account)
    assert (
        og_json(stack, "credits", "low-balance", "--account", account, "--credits", "0")[
            "low_balance"
        ]
        == 10
    )
