"""Signing up, in and out."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta

import grpc
import pytest

from og.auth.v1 import auth_pb2
from tests.integration.auth.people import (
    OTHER_PASSWORD,
    PASSWORD,
    People,
    new_email,
)
from tests.integration.auth.world import World, new_address, refusal


async def test_who_signs_up_is_signed_in_on_the_free_plan(people: People) -> None:
    email = new_email()
    person = await people.sign_up(email)
    session = await people.session(person.token)
    assert session.session_id == person.session_id
    assert session.session_id.startswith("sess_")
    assert person.token.startswith("og_session_")
    assert session.account.email == email
    assert session.account.plan_id == "free"
    assert session.user_agent == "Tester/1.0"
    assert session.client_address.startswith("10.")
    # No mail is set up here, so there is nothing to verify with.
    assert not session.account.HasField("email_verify_time")
    assert not session.account.needs_email_verification
    lasts = session.expire_time.ToDatetime() - session.create_time.ToDatetime()
    assert timedelta(days=13, hours=23) < lasts <= timedelta(days=14)


async def test_who_comes_back_gets_another_session(people: People) -> None:
    person = await people.sign_up()
    again = await people.sign_in(person.email.upper())
    assert again.account_id == person.account_id
    assert again.session_id != person.session_id
    for each in (person, again):
        assert (await people.session(each.token)).account.account_id == person.account_id

    await people.sign_out(again.token)
    await people.sign_out(again.token)
    assert (await refusal(people.session(again.token))).reason == "SESSION_NOT_VALID"
    assert (await people.session(person.token)).session_id == person.session_id


@pytest.mark.parametrize("token", ["", "og_session_", "x" * 10_000, f"og_session_{'A' * 43}"])
async def test_what_is_no_session_is_none(people: People, token: str) -> None:
    error = await refusal(people.session(token))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAUTHENTICATED, "SESSION_NOT_VALID")
    await people.sign_out(token)


async def test_a_wrong_password_and_a_wrong_address_are_one_error(
    people: People, world: World
) -> None:
    person = await people.sign_up()
    made_by_operator = auth_pb2.GetAccountRequest(account_id=await world.account())
    operators = (await world.accounts.GetAccount(made_by_operator, timeout=10)).account.email
    errors = [
        await refusal(people.sign_in(email, password))
        for email, password in (
            (person.email, OTHER_PASSWORD),
            (new_email(), PASSWORD),
            ("no address", PASSWORD),
            (operators, PASSWORD),
        )
    ]
    assert {(error.code, error.reason, error.message) for error in errors} == {
        (
            grpc.StatusCode.UNAUTHENTICATED,
            "WRONG_CREDENTIALS",
            "The e-mail address and the password do not go together.",
        )
    }


@pytest.mark.parametrize(
    "password",
    ["nine tame", "a" * 257, "password1234", "qwertyuiop1", "aaaaaaaaaaaaaaa", "1234567890"],
)
async def test_a_password_that_is_soon_guessed_is_refused(people: People, password: str) -> None:
    email = new_email()
    error = await refusal(people.sign_up(email, password))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "WEAK_PASSWORD")
    assert list(error.field_violations) == ["password"]
    await people.sign_up(email)


async def test_a_password_that_is_the_address_is_refused(people: People) -> None:
    email = "waldemar.quist@kestrelworks.example.com"
    for password in ("waldemar.quist", "kestrelworks1", email):
        assert (await refusal(people.sign_up(email, password))).reason == "WEAK_PASSWORD"


async def test_a_password_is_the_same_however_it_was_typed(people: People) -> None:
    composed, decomposed = "vier gr\u00fcne B\u00e4ren", "vier gru\u0308ne Ba\u0308ren"
    person = await people.sign_up(password=decomposed)
    assert (await people.sign_in(person.email, composed)).account_id == person.account_id


async def test_an_address_is_one_accounts(people: People) -> None:
    person = await people.sign_up()
    error = await refusal(people.sign_up(person.email.upper()))
    assert (error.code, error.reason) == (grpc.StatusCode.ALREADY_EXISTS, "EMAIL_TAKEN")


async def test_five_accounts_a_day_come_from_one_client(people: People) -> None:
    address = new_address()
    for _ in range(5):
        await people.sign_up(address=address)
    error = await refusal(people.sign_up(address=address))
    assert (error.code, error.reason) == (
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "TOO_MANY_SIGN_UPS",
    )
    assert error.retry_after_s
    assert error.retry_after_s > 80_000


async def test_ten_failures_close_an_address_but_not_its_sessions(people: People) -> None:
    person = await people.sign_up()
    for _ in range(12):  # what is right does not count
        await people.sign_in(person.email)
    tries = [people.sign_in(person.email, OTHER_PASSWORD) for _ in range(15)]
    reasons = sorted([error.reason for error in await asyncio.gather(*map(refusal, tries))])
    assert reasons == ["TOO_MANY_ATTEMPTS"] * 5 + ["WRONG_CREDENTIALS"] * 10
    closed = await refusal(people.sign_in(person.email))
    assert closed.reason == "TOO_MANY_ATTEMPTS"
    assert closed.retry_after_s
    assert 800 < closed.retry_after_s <= 901
    minutes = math.ceil(closed.retry_after_s / 60)
    assert f"wait {minutes} minutes" in closed.message
    assert (await people.session(person.token)).session_id == person.session_id


async def test_ten_failures_close_an_address_that_nobody_has(people: People) -> None:
    email = new_email()
    for n in range(10):
        spelled = email if n % 2 else email.upper()
        assert (await refusal(people.sign_in(spelled))).reason == "WRONG_CREDENTIALS"
    assert (await refusal(people.sign_in(email))).reason == "TOO_MANY_ATTEMPTS"


async def test_fifty_failures_close_a_client(people: People) -> None:
    person, address = await people.sign_up(), new_address()
    reasons: list[str] = []
    for _ in range(11):  # so many at once as are hashed within any deadline
        tries = [people.sign_in(new_email(), address=address) for _ in range(5)]
        reasons += [error.reason for error in await asyncio.gather(*map(refusal, tries))]
    assert reasons.count("WRONG_CREDENTIALS") == 50
    assert reasons.count("TOO_MANY_ATTEMPTS") == 5
    closed = await refusal(people.sign_in(person.email, address=address))
    assert closed.reason == "TOO_MANY_ATTEMPTS"
    closed = await refusal(people.sign_up(address=address))
    assert closed.reason == "TOO_MANY_SIGN_UPS"
    await people.sign_in(person.email)


async def test_a_hundred_sessions_are_the_most_and_the_oldest_ends(people: People) -> None:
    first = await people.sign_up()
    second = await people.sign_in(first.email)
    for _ in range(99):
        last = await people.sign_in(first.email)
    assert (await refusal(people.session(first.token))).reason == "SESSION_NOT_VALID"
    for each in (second, last):
        assert (await people.session(each.token)).session_id == each.session_id
