from __future__ import annotations

import csv
import io
import json

import httpx
import pytest

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_plans import PLANS
from og_service.channels import open_channel
from og_stack.stack import Stack
from tests.e2e.operators import new_email, og, og_json
from tests.support.customers import operator_token


async def test_from_an_account_to_a_card_and_its_bill(stack: Stack) -> None:
    account = og_json(
        stack,
        *("accounts", "create", "--email", new_email(), "--plan", "free"),
        *("--credits", "25", "--rate-limit", "7"),
    )
    assert (account["plan"], account["rate_limit"], account["balance"]) == ("free", 7, 25)
    key = og_json(stack, "keys", "create", "--account", account["id"], "--name", "mine")["key"]
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=30) as client:
        card = await client.get(
            "/api/og",
            params={"url": stack.demo.demo_page, "template": "generic/standard"},
            headers={"Authorization": f"Bearer {key}"},
        )
    assert card.status_code == 200
    assert card.headers["x-ratelimit-limit"] == "7"

    balance = og_json(stack, "credits", "balance", "--account", account["id"])
    assert (balance["balance"], balance["plan"], balance["pack"]) == (15, 0, 15)
    text = og(stack, "credits", "statement", "--account", account["id"], "--all", "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["change"]) for row in rows) == 15
    assert sum(int(row["charged"]) for row in rows) == 10


def test_without_credits_the_plan_gives_its_monthly_ones(stack: Stack) -> None:
    account = og_json(stack, "accounts", "create", "--email", new_email(), "--plan", "starter")
    balance = og_json(stack, "credits", "balance", "--account", account["id"])
    assert balance["plan"] == balance["balance"] == PLANS["starter"].monthly_credits
    assert balance["pack"] == 0


async def test_an_operator_gives_who_gets_no_mail_a_password(stack: Stack) -> None:
    email = new_email()
    account = og_json(stack, "accounts", "create", "--email", email, "--plan", "free")
    given = og_json(stack, "accounts", "set-password", "--account", account["id"])
    assert given["id"] == account["id"]
    request = auth_pb2.SignInRequest(
        email=email,
        password=given["password"],
        browser=auth_pb2.Browser(client_address="192.0.2.78"),
    )
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        identity = auth_pb2_grpc.IdentityServiceStub(channel)
        signed_in = await identity.SignIn(request, timeout=20)
    assert signed_in.session.account.account_id == account["id"]
    none = og(stack, "accounts", "set-password", "--account", "acct_0000000000000000")
    assert none.returncode == 1
    assert "no such account" in none.stderr


def test_granted_credits_go_where_they_are_sent(stack: Stack) -> None:
    account = og_json(
        stack, "accounts", "create", "--email", new_email(), "--plan", "pro", "--credits", "0"
    )
    grant = ("credits", "grant", "--account", account["id"], "--credits")
    assert og_json(stack, *grant, "5")["balance"] == 5
    assert og_json(stack, *grant, "3", "--bucket", "plan", "--reference", "a gift")["balance"] == 8
    balance = og_json(stack, "credits", "balance", "--account", account["id"])
    assert (balance["plan"], balance["pack"]) == (3, 5)
    entries = og_json(stack, "credits", "statement", "--account", account["id"])["entries"]
    assert [entry["reference"] for entry in entries] == ["a gift", ""]


def test_a_revoked_key_is_listed_as_such(stack: Stack) -> None:
    account = og_json(stack, "accounts", "create", "--email", new_email(), "--plan", "pro")["id"]
    made = og_json(stack, "keys", "create", "--account", account, "--name", "old")
    og_json(stack, "keys", "revoke", "--key", made["id"])
    [listed] = og_json(stack, "keys", "list", "--account", account)["keys"]
    assert listed["id"] == made["id"]
    assert listed["revoked"]
    assert made["key"] not in json.dumps(listed)


def test_a_site_is_made_once(stack: Stack) -> None:
    account = og_json(stack, "accounts", "create", "--email", new_email(), "--plan", "pro")["id"]
    made = [
        og_json(stack, "sites", "create", "--account", account, "--domain", "Blog.Example.com")
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert made[0]["domain"] == "blog.example.com"
    assert len(og_json(stack, "sites", "list", "--account", account)["sites"]) == 1


def test_a_site_is_set_up_changed_and_shown(stack: Stack) -> None:
    account = og_json(stack, "accounts", "create", "--email", new_email(), "--plan", "pro")["id"]
    made = og_json(
        stack,
        *("sites", "create", "--account", account, "--domain", "example.com"),
        *("--host", "Staging.example.net", "--host", "shop.vercel.app", "--subdomains"),
        *("--any-tag", "--daily-cards", "7", "--daily-credits", "90"),
    )
    expected = {
        "domain": "example.com",
        "hosts": ["staging.example.net", "shop.vercel.app"],
        "subdomains": True,
        "tag": "any",
        "daily_cards": 7,
        "daily_credits": 90,
    }
    assert made.items() >= expected.items()
    site = ("--site", made["site_id"])
    assert og_json(stack, "sites", "show", *site) == made
    assert og_json(stack, "sites", "list", "--account", account)["sites"] == [made]
    text = og(stack, "sites", "list", "--account", account).stdout
    assert "staging.example.net, shop.vercel.app" in text

    changed = og_json(stack, "sites", "update", *site, "--same-card", "--daily-cards", "0")
    pro = PLANS["pro"].daily_generations_per_site
    assert changed == made | {"tag": "same_card", "daily_cards": pro}
    changed = og_json(stack, "sites", "update", *site, "--no-hosts", "--no-subdomains")
    assert (changed["hosts"], changed["subdomains"]) == ([], False)


def test_a_site_is_registered_although_its_hosts_are_wrong(stack: Stack) -> None:
    account = og_json(stack, "accounts", "create", "--email", new_email(), "--plan", "pro")["id"]
    register = ("sites", "create", "--account", account, "--domain", "example.com")
    done = og(stack, *register, "--host", "github.io")
    assert done.returncode == 1
    assert "anyone may get names under" in done.stderr
    [site] = og_json(stack, "sites", "list", "--account", account)["sites"]
    assert f"og sites update --site {site['site_id']}" in done.stderr
    assert og_json(stack, *register, "--host", "a.github.io")["site_id"] == site["site_id"]


def test_text_for_people_names_what_it_shows(stack: Stack) -> None:
    email = new_email()
    og(stack, "accounts", "create", "--email", email, "--plan", "pro")
    shown = og(stack, "accounts", "show", "--email", email).stdout
    assert email in shown
    assert "rate limit" in shown


def test_a_page_is_explained(stack: Stack) -> None:
    url = stack.demo.demo_page
    page = og_json(stack, "explain", url)
    assert (page["final_url"], page["kind"]) == (url, "content")
    [chosen] = [it for it in page["fields"]["title"] if it["outcome"] == "chosen"]
    text = og(stack, "explain", url).stdout
    assert url in text
    assert f"chosen   {chosen['source']}" in text
    assert chosen["value"] in text
    assert "\x1b" not in text  # colours are for terminals


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("accounts", "create", "--email", "nobody", "--plan", "pro"), 1, "e-mail"),
        (("accounts", "create", "--email", "a@example.com", "--plan", "gold"), 1, "no plan 'gold'"),
        (("accounts", "show"), 1, "--account or by --email"),
        (("sites", "show", "--site", "site_0000000000000000"), 1, "no such site"),
        (("sites", "update", "--site", "site_0000000000000000"), 1, "what is to change"),
        (("sites", "update", "--site", "s", "--host", "a", "--no-hosts"), 1, "not both"),
        (("sites", "update", "--site", "s", "--daily-cards", "-1"), 2, "--daily-cards"),
        (("credits", "balance", "--account", "acct_0000000000000000"), 1, "no such account"),
        (("credits", "grant", "--account", "acct_x", "--credits", "0"), 2, "--credits"),
        (("explain", "example.com"), 1, "https://"),
        (("explain", "https://nowhere.invalid/"), 1, "public"),
    ],
)
def test_what_is_refused_says_why(
    stack: Stack, arguments: tuple[str, ...], status: int, complaint: str
) -> None:
    done = og(stack, *arguments)
    assert done.returncode == status
    assert complaint in done.stderr
    assert done.stdout == ""


def test_without_a_system_it_says_how_to_start_one(stack: Stack) -> None:
    settings = {
        "OG_AUTH_TARGET": "127.0.0.1:1",
        "OG_BILLING_TARGET": "127.0.0.1:1",
        "OG_EXTRACT_TARGET": "127.0.0.1:1",
        "OG_CALLER_TOKEN": "nothing-knows-this-token",
    }
    for arguments in (("accounts", "show", "--email", "a@example.com"), ("explain", "a.example")):
        done = og(stack, *arguments, settings=settings)
        assert done.returncode == 3
        assert "make run" in done.stderr


def test_a_wrong_token_is_told_apart(stack: Stack) -> None:
    settings = {"OG_CALLER_TOKEN": "nothing-knows-this-token"}
    done = og(stack, "accounts", "show", "--email", "a@example.com", settings=settings)
    assert done.returncode == 3
    assert "OG_CALLER_TOKEN" in done.stderr


def test_help_explains_itself(stack: Stack) -> None:
    text = og(stack, "--help").stdout
    assert "og accounts create --email" in text
    assert "og credits statement" in text
