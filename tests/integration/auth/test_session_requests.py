"""Requests for cards by somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from og.auth.v1 import auth_pb2
from tests.integration.auth.people import People, Person
from tests.integration.auth.world import World, by_key, decision, new_address, outcome, refusal

FREE_LIMIT = 60


def by_session(
    token: str, scope: auth_pb2.ApiKeyScope.ValueType = auth_pb2.API_KEY_SCOPE_UNSPECIFIED
) -> auth_pb2.AuthorizeRequest:
    return auth_pb2.AuthorizeRequest(session_token=token, client_address=new_address(), scope=scope)


@pytest.fixture
async def person(people: People) -> Person:
    return await people.sign_up()


async def test_who_is_signed_in_may_do_all_and_pays_themselves(
    world: World, person: Person
) -> None:
    for n, scope in enumerate((auth_pb2.API_KEY_SCOPE_GENERATE, auth_pb2.API_KEY_SCOPE_MANAGE)):
        answer = await world.authorize(by_session(person.token, scope))
        assert outcome(answer) == ("ALLOWED", "NOT_NEEDED")
        assert answer.account.account_id == person.account_id
        assert not answer.HasField("payer")
        assert not answer.admits_new_cards_apart
        assert (answer.rate_limit.limit, answer.rate_limit.remaining) == (
            FREE_LIMIT,
            FREE_LIMIT - 1 - n,
        )
        assert not answer.rate_limit.counts_failures


async def test_keys_and_sessions_draw_on_one_window(world: World, person: Person) -> None:
    key = await world.key(person.account_id)
    answers = await world.batch(
        [by_session(person.token)] * 30
        + [by_key(key.secret)] * 20
        + [by_session(person.token)] * 11
    )
    assert [decision(answer) for answer in answers] == ["ALLOWED"] * 60 + ["RATE_LIMITED"]
    assert answers[0].rate_limit.remaining == 59
    assert not answers[0].HasField("payer")
    assert answers[30].payer.payer_id == key.api_key_id
    assert answers[60].account.account_id == person.account_id


async def test_a_session_that_ended_is_denied_at_once(
    world: World, people: People, person: Person
) -> None:
    assert decision(await world.authorize(by_session(person.token))) == "ALLOWED"
    await people.sign_out(person.token)
    answer = await world.authorize(by_session(person.token))
    assert decision(answer) == "INVALID_SESSION"
    assert answer.rate_limit.counts_failures


@pytest.mark.parametrize(
    ("column", "age"), [("begin_time", "30 days"), ("last_use_time", "14 days")]
)
async def test_a_session_ends_by_itself(
    world: World,
    people: People,
    person: Person,
    database_url: str,
    admin_of: Callable[[str], str],
    column: str,
    age: str,
) -> None:
    with psycopg.connect(admin_of(database_url), autocommit=True) as admin:

        def set_age(interval: str) -> None:
            statement = f"UPDATE auth.sessions SET {column} = now() - interval '{interval}'"  # noqa: S608 - ours
            admin.execute(statement.encode() + b" WHERE session_id = %s", (person.session_id,))

        set_age(f"{age} -1 minute")
        assert decision(await world.authorize(by_session(person.token))) == "ALLOWED"
        await people.session(person.token)
        set_age(age)
    assert decision(await world.authorize(by_session(person.token))) == "INVALID_SESSION"
    assert (await refusal(people.session(person.token))).reason == "SESSION_NOT_VALID"


async def test_a_suspended_accounts_owner_may_look_and_not_draw(
    world: World, people: People, person: Person
) -> None:
    await world.suspend(account_id=person.account_id)
    assert decision(await world.authorize(by_session(person.token))) == "SUSPENDED"
    assert (await people.session(person.token)).account.HasField("suspend_time")
    await people.sign_in(person.email)
