"""Mail: what it says, where it leads, and that it arrives."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from email.utils import parsedate_to_datetime

import grpc
import psycopg
import pytest

from og.auth.v1 import auth_pb2
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.people import (
    OTHER_PASSWORD,
    PASSWORD,
    People,
    new_email,
)
from tests.integration.auth.world import World, new_address, refusal
from tests.support.smtp_server import MailServer, mail_server
from tests.support.stores import FreshDatabase
from tests.support.waiting import eventually

BASE_URL = "https://cards.example.com"
SENDER = "cards@example.com"


def mail_settings(server: MailServer, scheme: str = "smtp") -> dict[str, str]:
    return {
        "SMTP_URL": f"{scheme}://127.0.0.1:{server.port}",
        "mail_from": SENDER,
        "PUBLIC_BASE_URL": BASE_URL,
    }


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def mail_database_url(fresh_database: FreshDatabase) -> str:
    return fresh_database("auth")


@pytest.fixture(scope="module")
async def mailing(
    serve_auth: ServeAuth, mail_database_url: str, redis_url: str, server: MailServer
) -> AsyncIterator[grpc.aio.Channel]:
    async with serve_auth(mail_database_url, redis_url, settings=mail_settings(server)) as channel:
        yield channel


@pytest.fixture(scope="module")
def people(mailing: grpc.aio.Channel) -> People:
    return People(mailing)


@pytest.fixture
def admin_dsn(mail_database_url: str, admin_of: Callable[[str], str]) -> str:
    return admin_of(mail_database_url)


async def test_a_mail_says_what_it_is(people: People, server: MailServer) -> None:
    person = await people.sign_up()
    [letter] = await server.letters_to(person.email)
    message = letter.message
    assert message["To"] == person.email
    assert message["From"] == f"Instant OG <{SENDER}>"
    assert message["Subject"] == "Verify your e-mail address"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.com>")
    assert parsedate_to_datetime(message["Date"])
    assert message.get_content_type() == "multipart/alternative"
    link = f"{BASE_URL}/verify?token={letter.token}"
    assert link in letter.text.splitlines()
    assert f'<a href="{link}">' in letter.html
    assert letter.token.startswith("og_verify_")


async def test_an_address_is_verified_by_its_link(people: People, server: MailServer) -> None:
    person = await people.sign_up()
    account = (await people.session(person.token)).account
    assert account.needs_email_verification
    assert not account.HasField("email_verify_time")

    [letter] = await server.letters_to(person.email)
    verified = await people.verify(letter.token)
    assert (verified.account_id, verified.email) == (person.account_id, person.email)
    assert verified.HasField("email_verify_time")
    assert not verified.needs_email_verification
    assert await people.verify(letter.token) == verified
    assert (await people.session(person.token)).account == verified
    # Nothing more is mailed of what is verified.
    await people.send_verification(person.account_id)
    await server.letters_to(person.email, 1)


@pytest.mark.parametrize("token", ["", "og_verify_", f"og_verify_{'A' * 43}", "x" * 256])
async def test_a_link_that_was_not_mailed_verifies_nothing(people: People, token: str) -> None:
    error = await refusal(people.verify(token))
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "TOKEN_NOT_VALID")


async def test_a_link_verifies_for_seven_days(
    people: People, server: MailServer, admin_dsn: str
) -> None:
    person = await people.sign_up()
    [letter] = await server.letters_to(person.email)
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute(
            "UPDATE auth.mailed_tokens SET create_time = now() - interval '7 days'"
            " WHERE account_id = %s",
            (person.account_id,),
        )
    assert (await refusal(people.verify(letter.token))).reason == "TOKEN_NOT_VALID"


async def test_five_links_an_hour_are_mailed_again(people: People, server: MailServer) -> None:
    person = await people.sign_up()
    for _ in range(5):
        await people.send_verification(person.account_id)
    error = await refusal(people.send_verification(person.account_id))
    assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_MAILS")
    assert error.retry_after_s
    assert 3_500 < error.retry_after_s <= 3_601
    letters = await server.letters_to(person.email, 6)
    assert len({letter.token for letter in letters}) == 6
    # Any of them will do.
    assert (await people.verify(letters[2].token)).HasField("email_verify_time")
    nobody = people.send_verification("acct_0000000000000000")
    assert (await refusal(nobody)).reason == "ACCOUNT_NOT_FOUND"


async def test_a_forgotten_password_is_set_by_a_link(people: People, server: MailServer) -> None:
    person = await people.sign_up()
    await people.forget_password(person.email.upper())
    letter = await server.letter_to(person.email, "Set a new password")
    assert f"{BASE_URL}/reset?token={letter.token}" in letter.text.splitlines()
    assert letter.token.startswith("og_reset_")

    assert (await refusal(people.reset_password(letter.token, "short"))).reason == "WEAK_PASSWORD"
    back = await people.reset_password(letter.token)
    assert back.account_id == person.account_id
    assert (await people.session(back.token)).account.HasField("email_verify_time")
    assert (await refusal(people.session(person.token))).reason == "SESSION_NOT_VALID"
    assert (await refusal(people.sign_in(person.email))).reason == "WRONG_CREDENTIALS"
    await people.sign_in(person.email, OTHER_PASSWORD)
    await server.letter_to(person.email, "Your password was changed")
    for token in (letter.token, (await server.letters_to(person.email, 3))[0].token):
        assert (await refusal(people.reset_password(token))).reason == "TOKEN_NOT_VALID"


async def test_a_link_sets_one_password_however_many_follow_it(
    people: People, server: MailServer
) -> None:
    person = await people.sign_up()
    for _ in range(2):
        await people.forget_password(person.email)
    await server.letters_to(person.email, 3)
    tokens = [each.token for each in server.to(person.email) if "_reset_" in each.text]
    tries = [people.reset_password(tokens[n % 2], f"{OTHER_PASSWORD} {n}") for n in range(6)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    [n] = [n for n, each in enumerate(done) if not isinstance(each, BaseException)]
    await people.sign_in(person.email, f"{OTHER_PASSWORD} {n}")
    assert len(await people.sessions(person.account_id)) == 2


async def test_a_link_sets_a_password_for_an_hour(
    people: People, server: MailServer, admin_dsn: str
) -> None:
    person = await people.sign_up()
    await people.forget_password(person.email)
    letter = await server.letter_to(person.email, "Set a new password")
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute(
            "UPDATE auth.mailed_tokens SET create_time = now() - interval '1 hour'"
            " WHERE account_id = %s",
            (person.account_id,),
        )
    assert (await refusal(people.reset_password(letter.token))).reason == "TOKEN_NOT_VALID"


async def test_nobody_is_told_who_has_an_account(people: People, server: MailServer) -> None:
    nobody = new_email()
    await people.forget_password(nobody)
    assert (await refusal(people.forget_password("nobody"))).reason == "INVALID_EMAIL"
    person, address = await people.sign_up(), new_address()
    for n in range(20):
        await people.forget_password(person.email if n < 7 else new_email(), address=address)
    error = await refusal(people.forget_password(nobody, address=address))
    assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_MAILS")
    # One to verify, and five of seven that were asked for.
    await server.letters_to(person.email, 6)
    assert server.to(nobody) == []


async def test_an_account_that_an_operator_made_gets_its_password_by_a_link(
    people: People, mailing: grpc.aio.Channel, server: MailServer
) -> None:
    world = World(mailing)
    account_id = await world.account()
    by_id = auth_pb2.GetAccountRequest(account_id=account_id)
    email = (await world.accounts.GetAccount(by_id, timeout=10)).account.email
    assert (await refusal(people.sign_in(email))).reason == "WRONG_CREDENTIALS"
    await people.forget_password(email)
    letter = await server.letter_to(email, "Set a new password")
    assert (await people.reset_password(letter.token)).account_id == account_id
    assert (await people.sign_in(email, OTHER_PASSWORD)).account_id == account_id


async def test_a_new_address_is_the_accounts_once_it_is_verified(
    people: People, server: MailServer
) -> None:
    person, new, other = await people.sign_up(), new_email(), new_email()
    [of_old] = await server.letters_to(person.email)
    answer = await people.change_email(person.token, other)
    assert answer.needs_verification
    assert answer.account.email == person.email
    [to_other] = await server.letters_to(other)
    await people.change_email(person.token, new)
    [to_new] = await server.letters_to(new)
    await server.letter_to(person.email, "being changed")

    # The last word counts.
    assert (await refusal(people.verify(to_other.token))).reason == "TOKEN_NOT_VALID"
    changed = await people.verify(to_new.token)
    assert (changed.account_id, changed.email) == (person.account_id, new)
    assert not changed.needs_email_verification
    assert await people.verify(to_new.token) == changed
    assert (await refusal(people.verify(of_old.token))).reason == "TOKEN_NOT_VALID"
    assert (await people.sign_in(new)).account_id == person.account_id
    assert (await refusal(people.sign_in(person.email))).reason == "WRONG_CREDENTIALS"
    # The old one is free.
    assert (await people.sign_up(person.email)).account_id != person.account_id


async def test_a_link_to_the_old_address_sets_no_password_any_more(
    people: People, server: MailServer
) -> None:
    person, new = await people.sign_up(), new_email()
    await people.forget_password(person.email)
    reset = await server.letter_to(person.email, "Set a new password")
    await people.change_email(person.token, new)
    [letter] = await server.letters_to(new)
    await people.verify(letter.token)
    assert (await refusal(people.reset_password(reset.token))).reason == "TOKEN_NOT_VALID"


async def test_an_address_that_was_taken_meanwhile_stays_the_takers(
    people: People, server: MailServer
) -> None:
    person, new = await people.sign_up(), new_email()
    await people.change_email(person.token, new)
    [letter] = await server.letters_to(new)
    await people.sign_up(new)
    error = await refusal(people.verify(letter.token))
    assert (error.code, error.reason) == (grpc.StatusCode.ALREADY_EXISTS, "EMAIL_TAKEN")
    assert (await people.session(person.token)).account.email == person.email
    taken = await refusal(people.change_email(person.token, new.upper()))
    assert taken.reason == "EMAIL_TAKEN"
    wrong = await refusal(people.change_email(person.token, new_email(), OTHER_PASSWORD))
    assert wrong.reason == "WRONG_CREDENTIALS"


async def test_a_token_is_kept_by_its_hash_only_and_mail_not_at_all(
    people: People, server: MailServer, admin_dsn: str
) -> None:
    person = await people.sign_up()
    [letter] = await server.letters_to(person.email)
    digest = hashlib.sha256(letter.token.encode()).digest()
    with psycopg.connect(admin_dsn, autocommit=True) as admin:

        def mails() -> list[tuple[object, ...]]:
            query = "SELECT * FROM auth.mails WHERE account_id = %s"
            return admin.execute(query, (person.account_id,)).fetchall()

        await eventually(lambda: mails() == [])
        kept = admin.execute(
            "SELECT token_digest FROM auth.mailed_tokens WHERE account_id = %s",
            (person.account_id,),
        ).fetchall()
        [(password_hash,)] = admin.execute(
            "SELECT hash FROM auth.passwords WHERE account_id = %s", (person.account_id,)
        ).fetchall()
    assert kept == [(digest,)]
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in password_hash


async def test_four_processes_send_each_mail_once(
    serve_auth: ServeAuth,
    mail_database_url: str,
    redis_url: str,
    server: MailServer,
    people: People,
) -> None:
    async with AsyncExitStack() as processes:
        for _ in range(3):
            await processes.enter_async_context(
                serve_auth(mail_database_url, redis_url, settings=mail_settings(server))
            )
        persons = await asyncio.gather(*(people.sign_up() for _ in range(30)))
        for person in persons:
            await server.letters_to(person.email)
    for person in persons:
        await server.letters_to(person.email, 1)
