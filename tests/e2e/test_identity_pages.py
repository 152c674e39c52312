"""Signing up, in and out by plain HTTP, as without JavaScript."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest_asyncio

from og_stack.stack import Stack
from tests.e2e.books import rows
from tests.e2e.operators import new_email, og_json
from tests.support.people import PASSWORD, Person, owner, somebody, words_of
from tests.support.waiting import eventually


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(stack: Stack) -> AsyncIterator[Person]:
    async with somebody(stack.base_url) as person:
        yield person


@pytest_asyncio.fixture(loop_scope="session")
async def ada(stack: Stack) -> AsyncIterator[Person]:
    async with owner(stack.base_url) as person:
        yield person


def _session(person: Person) -> str:
    return person.client.cookies.get("og_session") or ""


async def test_who_signs_up_is_signed_in(visitor: Person) -> None:
    await visitor.sign_up()
    for path in ("/login", "/signup"):
        response = await visitor.client.get(path)
        assert (response.status_code, response.headers["location"]) == (303, "/dashboard")


async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    visitor: Person,
) -> None:
    for fields, words in (
        ({"email": "nobody", "password": PASSWORD}, "e-mail"),
        ({"email": visitor.email, "password": "short"}, "at least 10"),
        ({"email": visitor.email, "password": "passwordpassword"}, "password"),
        ({"email": "<b>@example.com", "password": "short"}, "at least 10"),
        ({}, "e-mail"),
    ):
        response = await visitor.post("/signup", fields, at="/signup")
        assert response.status_code == 422
        assert 'aria-invalid="true"' in response.text
        assert words.lower() in words_of(response).lower()
        assert fields.get("password", PASSWORD) not in response.text
        assert "<b>@" not in response.text
    assert not _session(visitor)


async def test_an_address_has_one_account(visitor: Person, ada: Person) -> None:
    for email in (ada.email, ada.email.upper()):
        fields = {"email": email, "password": PASSWORD}
        response = await visitor.post("/signup", fields, at="/signup")
        assert response.status_code == 422
        assert "There is an account with this address" in words_of(response)


async def test_signing_in_leads_to_what_was_wanted(visitor: Person, ada: Person) -> None:
    asked = await visitor.client.get("/dashboard/settings?a=1&b=2")
    assert asked.status_code == 303
    form = asked.headers["location"]
    assert form == "/login?next=%2Fdashboard%2Fsettings%3Fa%3D1%26b%3D2"
    page = await visitor.get(form)
    assert 'value="/dashboard/settings?a=1&amp;b=2"' in page.text
    fields = {"email": ada.email, "password": PASSWORD, "next": "/dashboard/settings?a=1&b=2"}
    response = await visitor.post("/login", fields, at=form)
    assert response.headers["location"] == "/dashboard/settings?a=1&b=2"


async def test_signing_in_leads_nowhere_else(visitor: Person, ada: Person) -> None:
    fields = {"email": ada.email, "password": PASSWORD, "next": "//evil.example/"}
    response = await visitor.post("/login", fields, at="/login")
    assert response.headers["location"] == "/dashboard"


async def test_a_wrong_password_tells_nothing_of_the_account(visitor: Person, ada: Person) -> None:
    told = []
    for email in (ada.email, visitor.email):
        fields = {"email": email, "password": "not that password"}
        response = await visitor.post("/login", fields, at="/login")
        assert response.status_code == 422
        told.append(words_of(response).replace(email, ""))
    assert told[0] == told[1]


async def test_guesses_are_throttled_also_in_parallel(visitor: Person, ada: Person) -> None:
    page = await visitor.get("/login")
    assert page.status_code == 200

    async def guess(number: int) -> bool:
        fields = {"email": ada.email, "password": f"wrong password {number}"}
        response = await visitor.post("/login", fields, at="/login")
        return "too many" in words_of(response).lower()

    refused = sum(await asyncio.gather(*map(guess, range(14))))
    assert refused >= 4
    right = await visitor.post("/login", {"email": ada.email, "password": PASSWORD}, at="/login")
    assert right.status_code == 422
    # Whoever is signed in already stays so.
    assert (await ada.client.get("/login")).status_code == 303


async def test_signing_out_ends_the_session_itself(ada: Person) -> None:
    stolen = _session(ada)
    await ada.post("/logout", {})
    assert not _session(ada)
    ada.client.cookies.set("og_session", stolen)
    response = await ada.client.get("/dashboard")
    assert response.status_code == 303
    assert response.headers["location"].startswith("/login")


async def test_nothing_private_is_kept_by_caches(ada: Person, visitor: Person) -> None:
    for person, path in (
        (ada, "/forgot"),
        (visitor, "/reset?token=x"),
        (visitor, "/reset?token=y"),
    ):
        response = await person.client.get(path)
        assert response.headers["cache-control"] == "no-store"


async def test_signing_in_again_ends_the_session_before(ada: Person) -> None:
    stolen = _session(ada)
    fields = {"email": ada.email, "password": PASSWORD}
    assert (await ada.post("/login", fields)).status_code == 303
    assert _session(ada) != stolen
    ada.client.cookies.set("og_session", stolen)
    assert (await ada.client.get("/dashboard")).headers["location"].startswith("/login")


async def test_signing_up_in_the_browser_of_another_ends_their_session(ada: Person) -> None:
    stolen = _session(ada)
    fields = {"email": new_email(), "password": PASSWORD}
    assert (await ada.post("/signup", fields)).status_code == 303
    assert _session(ada) not in {"", stolen}
    ada.client.cookies.set("og_session", stolen)
    assert (await ada.client.get("/dashboard")).headers["location"].startswith("/login")


async def test_what_is_done_is_logged_with_who_did_it_and_without_what_was_typed(
    stack: Stack, visitor: Person, ada: Person
) -> None:
    [(account_id,)] = rows(
        stack, "SELECT account_id FROM auth.accounts WHERE email = %s", ada.email
    )
    typed = "a password that is wrong"
    await visitor.post("/login", {"email": ada.email, "password": typed}, at="/login")
    await ada.post("/login", {"email": ada.email, "password": PASSWORD})
    log = stack.config.directory.parent / "log"

    def lines() -> list[str]:
        return [it for it in log.read_text().splitlines() if "/login" in it and "POST" in it]

    await eventually(lambda: any("422" in it for it in lines()))
    await eventually(lambda: any("303" in it and account_id in it for it in lines()))
    assert not any(typed in it or ada.email in it or PASSWORD in it for it in lines())


async def test_the_address_of_a_form_leads_to_the_page_it_stands_on(ada: Person) -> None:
    for path, above in (
        ("/logout", "/"),
        ("/dashboard/settings/email", "/dashboard/settings"),
        ("/dashboard/sites/site_x/look", "/dashboard/sites/site_x"),
    ):
        response = await ada.client.get(path)
        assert (response.status_code, response.headers["location"]) == (303, above)


async def test_verifying_an_address_gives_nobody_a_plan_but_the_free_one(
    stack: Stack, visitor: Person
) -> None:
    """Any other was an operator's to give, or was paid and may be over by billing's clock."""
    email, token = new_email(), f"og_verify_{secrets.token_urlsafe(32)}"
    new = ("--email", email, "--plan", "pro", "--credits", "5")
    account_id = og_json(stack, "accounts", "create", *new)["id"]
    query = """
    INSERT INTO auth.mailed_tokens (token_digest, account_id, kind, email)
    VALUES (%s, %s, 'verify_email', %s)
    """
    rows(stack, query, sha256(token.encode()).digest(), account_id, email)
    response = await visitor.post("/verify", {"token": token}, at=f"/verify?token={token}")
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    has = "SELECT plan_credits, pack_credits FROM billing.balances WHERE account_id = %s"
    assert rows(stack, has, account_id) == [(0, 5)]
