"""API keys at the dashboard, by plain HTTP, as without JavaScript."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
import pytest_asyncio

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.people import Person, owner, words_of
from tests.support.processes import stopped, with_descendants

KEYS = "/dashboard/keys"
NEW = f"{KEYS}/new"
_SECRET = re.compile(r"og_live_[0-9A-Za-z]{33}")
_ID = re.compile(r"/dashboard/keys/(key_[0-9a-z]{16})")


@pytest_asyncio.fixture(loop_scope="session")
async def ada(stack: Stack) -> AsyncIterator[Person]:
    async with owner(stack.base_url) as person:
        yield person


async def _made(person: Person, name: str = "laptop", **fields: str) -> tuple[str, str]:
    """Make a key at the dashboard; give its id and its secret."""
    form = {"display_name": name, "scope_generate": "true", **fields}
    shown = await _shown(person, await person.post(KEYS, form, at=NEW))
    secret = _SECRET.search(shown.text)
    assert secret
    listed = await person.get(KEYS)
    return _ID.findall(listed.text)[0], secret[0]


async def _shown(person: Person, made: httpx.Response) -> httpx.Response:
    """Follow the answer to a form that makes a key, to where the key is shown."""
    assert made.status_code == 303, words_of(made)
    return await person.get(made.headers["location"])


def _key_of(secret: str) -> Customer:
    return Customer("", secret)


async def test_a_key_is_shown_once_with_a_command_that_works(
    ada: Person, api: Api, site: LocalSite
) -> None:
    assert "No key yet" in words_of(await ada.get(KEYS))
    made = await ada.post(KEYS, {"display_name": "laptop", "scope_generate": "true"}, at=NEW)
    shown = await _shown(ada, made)
    assert shown.headers["cache-control"] == "no-store"
    [secret] = set(_SECRET.findall(shown.text))
    assert f"-H 'Authorization: Bearer {secret}'" in unescape(shown.text)
    check_card(await api.ask(site.put_page("A page"), _key_of(secret)), "MISS", 10)
    again = await ada.get(made.headers["location"])
    assert secret not in again.text
    listed = await ada.get(KEYS)
    assert secret not in listed.text
    assert len(set(_ID.findall(listed.text))) == 1
    words = words_of(listed)
    assert "laptop" in words
    assert f"og_live_…{secret[-4:]}" in words
    assert "10" in words  # credits of today


async def test_terms_are_kept_and_can_be_changed(ada: Person) -> None:
    api_key_id, _ = await _made(
        ada, scope_manage="true", daily_credits_max="1,500", expire_time="2031-05-06"
    )
    path = f"{KEYS}/{api_key_id}"
    words = words_of(await ada.get(path))
    for told in ("Get cards, Manage", "0 of 1,500 credits", "7 May 2031, 00:00 UTC"):
        assert told in words
    form = {"display_name": "desktop", "daily_credits_max": "", "expire_time": ""}
    saved = await ada.post(path, form, at=path)
    assert (saved.status_code, saved.headers["location"]) == (303, path)
    words = words_of(await ada.get(path))
    assert "desktop" in words
    assert "0 credits" in words
    assert "2031" not in words


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"display_name": ""}, "display_name"),
        ({"display_name": "x" * 101}, "display_name"),
        ({"daily_credits_max": "many"}, "daily_credits_max"),
        ({"daily_credits_max": "0"}, "daily_credits_max"),
        ({"daily_credits_max": "9" * 30}, "daily_credits_max"),
        ({"expire_time": "2001-01-01"}, "expire_time"),
        ({"expire_time": "tomorrow"}, "expire_time"),
        ({"expire_time": "9999-12-31"}, "expire_time"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    ada: Person, fields: dict[str, str], field: str
) -> None:
    form = {"display_name": "<b>name</b>", "scope_generate": "true", **fields}
    refused = await ada.post(KEYS, form, at=NEW)
    assert refused.status_code == 422
    assert f'id="e-{field}"' in refused.text
    assert "<b>" not in refused.text
    for value in form.values():
        assert value in unescape(refused.text)
    assert "No key yet" in words_of(await ada.get(KEYS))


async def test_a_name_with_nul_is_refused_as_with_any_control_character(ada: Person) -> None:
    for name in ("lap\0top", "lap\x07top"):
        form = {"display_name": name, "scope_generate": "true"}
        refused = await ada.post(KEYS, form, at=NEW)
        assert refused.status_code == 422
        assert 'id="e-display_name"' in refused.text


async def test_a_key_for_nothing_is_refused(ada: Person) -> None:
    refused = await ada.post(KEYS, {"display_name": "idle"}, at=NEW)
    assert refused.status_code == 422
    assert "Choose what the key is good for" in words_of(refused)


async def test_a_rotated_key_stays_good_for_as_long_as_was_chosen(
    ada: Person, api: Api, site: LocalSite
) -> None:
    url = site.put_page("A page")
    api_key_id, old = await _made(ada)
    path = f"{KEYS}/{api_key_id}"
    shown = await _shown(ada, await ada.post(f"{path}/rotate", {"overlap": "24h"}, at=path))
    assert f"ends in {old[-4:]} stays good until" in words_of(shown)
    [new] = set(_SECRET.findall(shown.text))
    check_card(await api.ask(url, _key_of(old)), "MISS", 10)
    check_card(await api.ask(url, _key_of(new)), "HIT", 1)
    newest = _ID.findall((await ada.get(KEYS)).text)[0]
    path = f"{KEYS}/{newest}"
    at_once = await _shown(ada, await ada.post(f"{path}/rotate", {"overlap": "0"}, at=path))
    assert f"ends in {new[-4:]} is good no more" in words_of(at_once)
    check_error(await api.ask(url, _key_of(new)), 401, "invalid_api_key")


async def test_a_rotation_that_is_refused_keeps_what_was_chosen(ada: Person) -> None:
    api_key_id, _ = await _made(ada)
    path = f"{KEYS}/{api_key_id}"
    wrong = {"overlap": "0", "new_expire_time": "2020-01-01"}
    refused = await ada.post(f"{path}/rotate", wrong, at=path)
    assert refused.status_code == 422
    assert 'id="e-new_expire_time"' in refused.text
    assert '<option value="0" selected>' in refused.text
    assert 'value="2020-01-01"' in refused.text


async def test_a_revoked_key_is_refused_and_can_do_nothing_any_more(
    ada: Person, api: Api, site: LocalSite
) -> None:
    api_key_id, secret = await _made(ada)
    path = f"{KEYS}/{api_key_id}"
    revoked = await ada.post(f"{path}/revoke", {}, at=path)
    assert (revoked.status_code, revoked.headers["location"]) == (303, KEYS)
    check_error(await api.ask(site.put_page("A page"), _key_of(secret)), 401, "invalid_api_key")
    words = words_of(await ada.get(path))
    assert "revoked" in words
    assert "Rotate it" not in words
    again = await ada.post(f"{path}/rotate", {}, at=NEW)
    assert again.status_code == 422
    assert "create a new one instead" in words_of(again)


async def test_another_accounts_key_is_as_none(ada: Person, stack: Stack) -> None:
    api_key_id, _ = await _made(ada)
    path = f"{KEYS}/{api_key_id}"
    async with owner(stack.base_url) as bob:
        answers: list[httpx.Response] = [await bob.get(path)]
        for action in ("", "/rotate", "/revoke"):
            form = {"display_name": "mine", "overlap": "0"}
            answers.append(await bob.post(f"{path}{action}", form, at=NEW))
        assert {answer.status_code for answer in answers} == {404}
    assert "active" in words_of(await ada.get(path))


async def test_keys_are_looked_after_while_billing_is_away(ada: Person, stack: Stack) -> None:
    api_key_id, _ = await _made(ada)
    path = f"{KEYS}/{api_key_id}"
    with stopped(with_descendants(stack.process("billing").pid)):
        assert "Credits today not known now" in words_of(await ada.get(KEYS))
        assert "Today not known now" in words_of(await ada.get(path))
        revoked = await ada.post(f"{path}/revoke", {}, at=path)
    assert revoked.status_code == 303
    assert "Today 0 credits" in words_of(await ada.get(path))
