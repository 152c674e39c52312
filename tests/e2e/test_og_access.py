"""Operators say by `og` who may ask: keys that end, are rotated and limited, and suspension."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.operators import new_account, og, og_json
from tests.support.customers import Customer
from tests.support.local_site import LocalSite


def new_key(stack: Stack, account: str, *options: str) -> dict[str, str]:
    made = og_json(stack, "keys", "create", "--account", account, "--name", "mine", *options)
    return {"id": str(made["id"]), "key": str(made["key"])}


async def test_a_key_is_rotated_without_a_failed_request(
    stack: Stack, api: Api, site: LocalSite
) -> None:
    account, url = new_account(stack), site.put_page("A page")
    old = new_key(stack, account)
    new = og_json(stack, "keys", "rotate", "--key", old["id"], "--overlap", "1h")
    assert (new["replaces"], new["name"]) == (old["id"], "mine")
    check_card(await api.ask(url, Customer(account, old["key"])))
    check_card(await api.ask(url, Customer(account, str(new["key"]))))

    last = og_json(stack, "keys", "rotate", "--key", str(new["id"]))
    check_card(await api.ask(url, Customer(account, str(last["key"]))))
    check_error(await api.ask(url, Customer(account, str(new["key"]))), 401, "invalid_api_key")
    check_card(await api.ask(url, Customer(account, old["key"])))


async def test_who_does_harm_is_suspended_and_resumed(
    stack: Stack, api: Api, site: LocalSite
) -> None:
    account, url = new_account(stack), site.put_page("A page")
    key = new_key(stack, account)
    customer = Customer(account, key["key"])
    check_card(await api.ask(url, customer))
    for noun, option, target in (("accounts", "--account", account), ("keys", "--key", key["id"])):
        done = og_json(stack, noun, "suspend", option, target, "--reason", "floods us")
        assert done == {"id": target, "suspended": True}
        refused = check_error(await api.ask(url, customer), 401, "suspended")
        assert "support" in refused
        assert "floods us" not in refused
        assert og_json(stack, noun, "resume", option, target)["suspended"] is False
        check_card(await api.ask(url, customer))

    made = og_json(stack, "sites", "create", "--account", account, "--domain", "a.example.com")
    og_json(stack, "sites", "suspend", "--site", made["site_id"], "--reason", "floods us")
    [listed] = og_json(stack, "sites", "list", "--account", account)["sites"]
    assert listed["suspend_reason"] == "floods us"
    og_json(stack, "sites", "resume", "--site", made["site_id"])


async def test_a_key_for_managing_gets_no_cards(stack: Stack, api: Api, site: LocalSite) -> None:
    account = new_account(stack)
    key = new_key(stack, account, "--scope", "manage")
    refused = await api.ask(site.put_page("A page"), Customer(account, key["key"]))
    assert "scope" in check_error(refused, 401, "insufficient_scope")


def test_keys_are_listed_with_what_they_may(stack: Stack) -> None:
    account = new_account(stack)
    options = ("--scope", "manage", "--scope", "generate", "--daily-credits", "500")
    key = new_key(stack, account, *options, "--expires", "2d")
    [listed] = og_json(stack, "keys", "list", "--account", account)["keys"]
    assert (listed["scopes"], listed["daily_credits"]) == (["generate", "manage"], 500)
    assert (listed["last_used"], listed["suspended"], listed["revoked"]) == ("", "", "")
    ends = datetime.fromisoformat(listed["expires"])
    assert abs(ends - datetime.now(UTC) - timedelta(days=2)) < timedelta(minutes=5)
    assert key["key"] not in json.dumps(listed)

    og_json(stack, "keys", "update", "--key", key["id"], "--name", "new", "--expires", "never")
    text = og(stack, "keys", "list", "--account", account).stdout
    assert "generate, manage" in text
    assert "new" in text
    [listed] = og_json(stack, "keys", "list", "--account", account)["keys"]
    assert (listed["name"], listed["expires"], listed["daily_credits"]) == ("new", "", 500)


def test_accounts_are_listed_newest_first(stack: Stack) -> None:
    made = [new_account(stack, plan) for plan in ("free", "business")]
    listed = og_json(stack, "accounts", "list")["accounts"]
    assert [account["id"] for account in listed[:2]] == made[::-1]
    assert [account["plan"] for account in listed[:2]] == ["business", "free"]
    everything = og_json(stack, "accounts", "list", "--all")["accounts"]
    assert len({account["id"] for account in everything}) == len(everything) >= len(listed)


def test_an_accounts_limit_is_changed_and_given_back_to_the_plan(stack: Stack) -> None:
    account = new_account(stack, "free")
    for limit, applies in (("7", 7), ("0", 60)):
        changed = og_json(stack, "accounts", "update", "--account", account, "--rate-limit", limit)
        assert (changed["rate_limit"], changed["plan"]) == (applies, "free")


NO_KEY = ("--key", "key_0000000000000000")


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("keys", "update", *NO_KEY, "--name", " "), 1, "display_name: Give a name"),
        (("keys", "create", "--account", "a", "--name", "a", "--scope", "admin"), 2, "'manage'"),
        (("keys", "create", "--account", "a", "--name", "a", "--expires", "soon"), 2, "90d"),
        (
            ("keys", "create", "--account", "acct_0", "--name", "a", "--expires", "2001-01-01"),
            1,
            "no such account",
        ),
        (("keys", "update", *NO_KEY, "--expires", "2001-01-01"), 1, "expire_time: Give a time in"),
        (("keys", "update", *NO_KEY, "--expires", "soon"), 2, "never"),
        (("keys", "update", *NO_KEY), 1, "--name, --expires or --daily-credits"),
        (("keys", "update", *NO_KEY, "--daily-credits", "-1"), 2, "--daily-credits"),
        (("keys", "rotate", *NO_KEY), 1, "no such API key"),
        (("keys", "rotate", *NO_KEY, "--overlap", "5y"), 2, "24h"),
        (("keys", "rotate", *NO_KEY, "--overlap", "31d"), 1, "overlap: Give 0 s to 30 days"),
        (("keys", "suspend", *NO_KEY, "--reason", " "), 1, "reason: Give a reason"),
        (("keys", "suspend", *NO_KEY), 2, "--reason"),
        (("accounts", "update", "--account", "acct_0", "--rate-limit", "-1"), 2, "--rate-limit"),
        (("accounts", "update", "--account", "acct_0", "--rate-limit", "1"), 1, "no such account"),
        (("sites", "resume", "--site", "site_0"), 1, "no such site"),
        (("accounts", "suspend", "--account", "acct_0", "--reason", "a"), 1, "no such account"),
    ],
)
def test_what_is_refused_says_what_to_change(
    stack: Stack, arguments: tuple[str, ...], status: int, complaint: str
) -> None:
    done = og(stack, *arguments)
    assert complaint in done.stderr
    assert done.returncode == status
    assert done.stdout == ""
