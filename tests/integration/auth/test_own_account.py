"""What people do with their sessions, their password and their account."""

from __future__ import annotations

from collections.abc import Callable

import grpc
import psycopg
import pytest
from argon2 import PasswordHasher

from og.auth.v1 import auth_pb2
from tests.integration.auth.people import OTHER_PASSWORD, PASSWORD, People, Person, new_email
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
    decision,
    new_address,
    new_domain,
    refusal,
)

TIMEOUT_S = 20


@pytest.fixture
async def person(people: People) -> Person:
    return await people.sign_up()


async def test_sessions_are_listed_and_ended(people: People, person: Person) -> None:
    second, third = [await people.sign_in(person.email) for _ in range(2)]
    ids = {person.session_id, second.session_id, third.session_id}
    assert set(await people.sessions(person.account_id)) == ids

    await people.end_sessions(person.account_id, session_id=second.session_id)
    assert (await refusal(people.session(second.token))).reason == "SESSION_NOT_VALID"
    await people.end_sessions(person.account_id, all_but_session_id=third.session_id)
    assert await people.sessions(person.account_id) == [third.session_id]
    assert (await refusal(people.session(person.token))).reason == "SESSION_NOT_VALID"
    assert (await people.session(third.token)).session_id == third.session_id


async def test_anothers_sessions_are_not_found(people: People, person: Person) -> None:
    other = await people.sign_up()
    for which in ({"session_id": other.session_id}, {"all_but_session_id": other.session_id}):
        error = await refusal(people.end_sessions(person.account_id, **which))
        assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "SESSION_NOT_FOUND")
    assert (await refusal(people.end_sessions(person.account_id))).reason == "INVALID_REQUEST"
    nobodys = people.sessions("acct_0000000000000000")
    assert (await refusal(nobodys)).reason == "ACCOUNT_NOT_FOUND"
    assert await people.sessions(other.account_id) == [other.session_id]
    assert await people.sessions(person.account_id) == [person.session_id]


async def test_a_new_password_ends_all_sessions_but_the_one_it_begins(
    people: People, person: Person
) -> None:
    second = await people.sign_in(person.email)
    for call, reason in (
        (people.change_password(second.token, OTHER_PASSWORD), "WRONG_CREDENTIALS"),
        (people.change_password(second.token, new="qwertyuiop"), "WEAK_PASSWORD"),
        (people.change_password("og_session_none"), "SESSION_NOT_VALID"),
    ):
        assert (await refusal(call)).reason == reason
    begun = await people.change_password(second.token)
    for token in (person.token, second.token):
        assert (await refusal(people.session(token))).reason == "SESSION_NOT_VALID"
    assert await people.sessions(person.account_id) == [begun.session_id]
    assert (await refusal(people.sign_in(person.email))).reason == "WRONG_CREDENTIALS"
    await people.sign_in(person.email, OTHER_PASSWORD)


async def test_a_password_is_checked_as_often_as_may_be_tried(
    people: People, person: Person
) -> None:
    await people.check_password(person.token)
    for _ in range(10):
        call = people.check_password(person.token, OTHER_PASSWORD)
        assert (await refusal(call)).reason == "WRONG_CREDENTIALS"
    for one_more in (people.check_password(person.token), people.change_password(person.token)):
        assert (await refusal(one_more)).reason == "TOO_MANY_ATTEMPTS"


async def test_strangers_guesses_keep_no_owner_from_what_is_theirs(
    people: People, person: Person
) -> None:
    for _ in range(10):
        call = people.sign_in(person.email, OTHER_PASSWORD)
        assert (await refusal(call)).reason == "WRONG_CREDENTIALS"
    assert (await refusal(people.sign_in(person.email))).reason == "TOO_MANY_ATTEMPTS"
    await people.check_password(person.token)
    await people.change_password(person.token)


async def test_without_mail_an_address_changes_at_once(people: People, person: Person) -> None:
    new = new_email()
    answer = await people.change_email(person.token, new)
    assert (answer.account.email, answer.needs_verification) == (new, False)
    assert (await people.session(person.token)).account.email == new
    other = await people.sign_up()
    assert (await refusal(people.change_email(other.token, new))).reason == "EMAIL_TAKEN"


async def test_a_deleted_account_keeps_nothing_but_its_id(
    people: People, world: World, person: Person, database_url: str, admin_of: Callable[[str], str]
) -> None:
    account_id, domain = person.account_id, new_domain()
    key = await world.key(account_id)
    site_id = await world.site(account_id, domain)

    await people.delete_account(account_id)
    await people.delete_account(account_id)
    await people.delete_account("acct_0000000000000000")

    assert (await refusal(people.session(person.token))).reason == "SESSION_NOT_VALID"
    assert (await refusal(people.sign_in(person.email))).reason == "WRONG_CREDENTIALS"
    by_session = auth_pb2.AuthorizeRequest(session_token=person.token, client_address=new_address())
    for request, denial in (
        (by_key(key.secret), "INVALID_API_KEY"),
        (by_site(site_id, f"https://{domain}/"), "INVALID_SITE"),
        (by_session, "INVALID_SESSION"),
    ):
        assert decision(await world.authorize(request)) == denial

    # Operators still see that it was there.
    by_id = auth_pb2.GetAccountRequest(account_id=account_id)
    account = (await world.accounts.GetAccount(by_id, timeout=TIMEOUT_S)).account
    assert (account.account_id, account.email) == (account_id, "")
    assert account.HasField("delete_time")
    listed = await world.accounts.ListAccounts(
        auth_pb2.ListAccountsRequest(page_size=1_000), timeout=TIMEOUT_S
    )
    assert account in listed.accounts
    assert await world.keys(account_id) == []
    sites = await world.accounts.ListSites(
        auth_pb2.ListSitesRequest(account_id=account_id, with_deleted=True), timeout=TIMEOUT_S
    )
    assert list(sites.sites) == []
    assert [site.site_id for site in sites.deleted_sites] == [site_id]
    # Nothing comes to it any more.
    for call in (world.key(account_id), world.site(account_id, domain)):
        assert (await refusal(call)).reason == "ACCOUNT_NOT_FOUND"
    with psycopg.connect(admin_of(database_url)) as admin:
        for table in ("passwords", "sessions", "mails", "mailed_tokens", "api_keys", "sites"):
            query = f"SELECT count(*) FROM auth.{table} WHERE account_id = %s"  # noqa: S608 - ours
            assert admin.execute(query.encode(), (account_id,)).fetchone() == (0,), table
        row = admin.execute(
            "SELECT a::text FROM auth.accounts AS a WHERE account_id = %s", (account_id,)
        ).fetchone()
    assert row
    assert person.email not in row[0]

    assert (await people.sign_up(person.email)).account_id != account_id


async def test_an_operator_sets_a_password(people: People, world: World, person: Person) -> None:
    request = auth_pb2.SetPasswordRequest(account_id=person.account_id, password="short")
    error = await refusal(world.accounts.SetPassword(request, timeout=TIMEOUT_S))
    assert error.reason == "WEAK_PASSWORD"
    request.password = OTHER_PASSWORD
    await world.accounts.SetPassword(request, timeout=TIMEOUT_S)
    assert await people.sessions(person.account_id) == []
    assert (await refusal(people.sign_in(person.email, PASSWORD))).reason == "WRONG_CREDENTIALS"
    await people.sign_in(person.email, OTHER_PASSWORD)
    request.account_id = "acct_0000000000000000"
    error = await refusal(world.accounts.SetPassword(request, timeout=TIMEOUT_S))
    assert error.reason == "ACCOUNT_NOT_FOUND"


async def test_a_hash_of_other_parameters_is_made_anew(
    people: People, person: Person, database_url: str, admin_of: Callable[[str], str]
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with psycopg.connect(admin_of(database_url), autocommit=True) as admin:
        admin.execute(
            "UPDATE auth.passwords SET hash = %s WHERE account_id = %s", (old, person.account_id)
        )
        await people.sign_in(person.email)
        [(new,)] = admin.execute(
            "SELECT hash FROM auth.passwords WHERE account_id = %s", (person.account_id,)
        ).fetchall()
    assert new.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await people.sign_in(person.email)
