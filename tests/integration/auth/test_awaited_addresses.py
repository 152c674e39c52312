"""An address that an account awaits is nobody's way in once the password is another."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.people import OTHER_PASSWORD, People, new_email
from tests.integration.auth.test_mail import mail_settings
from tests.integration.auth.world import refusal
from tests.support.smtp_server import MailServer, mail_server
from tests.support.stores import FreshDatabase


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
async def people(
    serve_auth: ServeAuth, fresh_database: FreshDatabase, redis_url: str, server: MailServer
) -> AsyncIterator[People]:
    dsn, settings = fresh_database("auth"), mail_settings(server)
    async with serve_auth(dsn, redis_url, settings=settings) as channel:
        yield People(channel)


@pytest.mark.parametrize("way", ["changed", "reset"])
async def test_a_password_that_is_set_ends_a_change_of_address(
    people: People, server: MailServer, way: str
) -> None:
    """Whoever knew the old password may have begun the change, of which the owner was warned."""
    person, theirs = await people.sign_up(), new_email()
    await people.change_email(person.token, theirs)
    [letter] = await server.letters_to(theirs)
    if way == "changed":
        await people.change_password(person.token)
    else:
        await people.forget_password(person.email)
        reset = await server.letter_to(person.email, "Set a new password")
        await people.reset_password(reset.token)
    assert (await refusal(people.verify(letter.token))).reason == "TOKEN_NOT_VALID"
    assert (await people.sign_in(person.email, OTHER_PASSWORD)).account_id == person.account_id


async def test_a_password_that_is_set_leaves_the_link_to_ones_own_address(
    people: People, server: MailServer
) -> None:
    person = await people.sign_up()
    [letter] = await server.letters_to(person.email)
    await people.change_password(person.token)
    assert (await people.verify(letter.token)).HasField("email_verify_time")
