"""How mail is handed on, and what becomes of it while that fails."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import trustme
from structlog.testing import capture_logs

from og_auth.identity.letters import letter
from og_auth.identity.mail_kinds import MailKind
from og_auth.identity.outbox import MailFailedError, Outbox
from og_auth.identity.tokens import TokenKind, new_token
from og_auth.smtp import Security, SmtpServer, SmtpTransport
from og_auth.store.database import Database
from og_auth.store.outbox import PostgresOutbox
from og_service.postgres import open_pool
from tests.integration.auth.conftest import ServeAuth
from tests.integration.auth.people import PASSWORD, People, Person, new_email
from tests.integration.auth.world import refusal
from tests.support.fault_proxy import FaultProxy
from tests.support.smtp_server import MailServer, mail_server
from tests.support.stores import FreshDatabase, through
from tests.support.waiting import eventually

WORDS = letter(MailKind.VERIFY_EMAIL, new_token(TokenKind.VERIFY_EMAIL), "https://example.com")
SENDER = "cards@example.com"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def transport(
    server: MailServer, security: Security, username: str = "", password: str = ""
) -> SmtpTransport:
    at = SmtpServer("127.0.0.1", server.port, security, username, password)
    return SmtpTransport(at, SENDER, timeout_s=10)


@pytest.mark.usefixtures("trusted")
async def test_mail_goes_by_tls_from_the_start(server_tls: ssl.SSLContext) -> None:
    async with mail_server(tls=server_tls) as server:
        await transport(server, Security.TLS).send("mail_1", "jane@example.com", WORDS)
    assert [letter.to for letter in server.letters] == ["jane@example.com"]


@pytest.mark.usefixtures("trusted")
async def test_mail_and_the_password_go_after_starttls(server_tls: ssl.SSLContext) -> None:
    async with mail_server(starttls=server_tls, needs_login=True) as server:
        way = transport(server, Security.STARTTLS, "cards", "p@ss word")
        await way.send("mail_1", "jane@example.com", WORDS)
        with pytest.raises(MailFailedError) as failed:
            await transport(server, Security.STARTTLS, "cards", "wrong").send(
                "mail_2", "a@b.example", WORDS
            )
    assert not failed.value.for_good
    [letter] = server.letters
    assert (letter.is_encrypted, letter.user) == (True, "cards")


@pytest.mark.usefixtures("trusted")
async def test_nothing_goes_to_a_server_that_offers_no_encryption() -> None:
    async with mail_server() as server:
        with pytest.raises(MailFailedError) as failed:
            await transport(server, Security.STARTTLS).send("mail_1", "jane@example.com", WORDS)
    assert not failed.value.for_good
    assert server.letters == []


async def test_nothing_goes_to_a_server_that_nobody_vouches_for(
    server_tls: ssl.SSLContext,
) -> None:
    async with mail_server(tls=server_tls) as server:
        with pytest.raises(MailFailedError) as failed:
            await transport(server, Security.TLS).send("mail_1", "jane@example.com", WORDS)
    assert not failed.value.for_good
    assert server.letters == []


@pytest.mark.parametrize(
    ("recipient", "to"),
    [
        ("o'neil+tag@example.com", "o'neil+tag@example.com"),
        ("a,b@example.com", '"a,b"@example.com'),
        ("jane@b\u00fccher.example", "jane@xn--bcher-kva.example"),
    ],
)
async def test_unusual_addresses_are_one_address(recipient: str, to: str) -> None:
    async with mail_server() as server:
        await transport(server, Security.NONE).send("mail_1", recipient, WORDS)
    assert [letter.to for letter in server.letters] == [to]


@pytest.mark.parametrize(
    "recipient",
    ["a@example.com\r\nBcc: b@example.com", "a\nb@example.com", "@example.com", "a@", "a@exa mple"],
)
async def test_what_is_no_address_gets_nothing_and_no_second_try(recipient: str) -> None:
    async with mail_server() as server:
        with pytest.raises(MailFailedError) as failed:
            await transport(server, Security.NONE).send("mail_1", recipient, WORDS)
    assert failed.value.for_good
    assert server.letters == []


@pytest.mark.parametrize(("refusal", "for_good"), [("550 No", True), ("451 Later", False)])
async def test_a_refusal_is_told_without_its_words(refusal: str, for_good: bool) -> None:  # noqa: FBT001
    async with mail_server(MailServer(refusal=refusal)) as server:
        with pytest.raises(MailFailedError) as failed:
            await transport(server, Security.NONE).send("mail_1", "jane@example.com", WORDS)
    assert failed.value.for_good is for_good
    assert refusal[4:] not in str(failed.value)


@pytest.fixture
async def quiet_dsn(fresh_database: FreshDatabase) -> str:
    """A database whose mail nobody sends but the test."""
    return fresh_database("auth")


@pytest.fixture
async def person(serve_auth: ServeAuth, quiet_dsn: str, redis_url: str) -> Person:
    """Somebody whose mail waits."""
    # Nobody listens at port 9 (discard).
    settings = {"SMTP_URL": "smtp://127.0.0.1:9", "mail_from": SENDER}
    async with serve_auth(quiet_dsn, redis_url, settings=settings) as channel:
        return await People(channel).sign_up()


@pytest.fixture
async def outbox(quiet_dsn: str) -> AsyncIterator[Callable[[MailServer], Outbox]]:
    async with open_pool(quiet_dsn) as pool:
        store = PostgresOutbox(Database(pool))
        yield lambda server: Outbox(store, transport(server, Security.NONE), "https://example.com")


def wait(admin_dsn: str, age: timedelta = timedelta(0)) -> list[tuple[int, bool]]:
    """Let all mail be due, and so old; give the tries of each, and whether it was due before."""
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        rows = admin.execute("SELECT attempts, due_time <= now() FROM auth.mails").fetchall()
        admin.execute(
            "UPDATE auth.mails SET due_time = now(), create_time = create_time - %s", (age,)
        )
    return [(int(attempts), bool(due)) for attempts, due in rows]


def take_table_away(admin_dsn: str) -> None:
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute("ALTER TABLE auth.mails RENAME TO away")


async def test_mail_waits_while_the_server_is_away_and_goes_once(
    person: Person,
    outbox: Callable[[MailServer], Outbox],
    quiet_dsn: str,
    admin_of: Callable[[str], str],
) -> None:
    admin_dsn, server = admin_of(quiet_dsn), MailServer(port=9)
    wait(admin_dsn)
    assert await outbox(server).send_one()
    [(tries, is_due)] = wait(admin_dsn)
    assert tries >= 1
    assert not is_due  # it waits longer each time
    server.port = 0
    async with mail_server(server):
        assert await outbox(server).send_one()
        assert not await outbox(server).send_one()
    [letter] = server.letters
    assert letter.to == person.email
    assert wait(admin_dsn) == []


async def test_mail_that_is_being_sent_while_auth_stops_goes_once(
    person: Person,
    outbox: Callable[[MailServer], Outbox],
    quiet_dsn: str,
    admin_of: Callable[[str], str],
) -> None:
    wait(admin_of(quiet_dsn))
    may_take = asyncio.Event()
    async with mail_server(MailServer(may_take=may_take)) as server:
        async with outbox(server).sending(interval_s=0.01):
            await eventually(lambda: server.tries)
            asyncio.get_running_loop().call_later(0.1, may_take.set)
        [letter] = server.letters
    assert letter.to == person.email
    assert wait(admin_of(quiet_dsn)) == []


async def test_mail_that_does_not_end_well_while_auth_stops_is_told_of(
    person: Person,
    outbox: Callable[[MailServer], Outbox],
    quiet_dsn: str,
    admin_of: Callable[[str], str],
) -> None:
    admin_dsn = admin_of(quiet_dsn)
    wait(admin_dsn)
    may_take = asyncio.Event()
    with capture_logs() as lines:
        async with mail_server(MailServer(may_take=may_take)) as server:
            async with outbox(server).sending(interval_s=0.01):
                await eventually(lambda: server.tries)
                await asyncio.to_thread(take_table_away, admin_dsn)
                asyncio.get_running_loop().call_later(0.1, may_take.set)
            [letter] = server.letters
    assert letter.to == person.email
    # Senders that looked for more just then are told of alike.
    told = [line for line in lines if line["event"] == "mail under way failed at the stop"]
    assert told
    assert all("auth.mails" in str(line["exc_info"]) for line in told)


async def test_who_looks_for_mail_in_vain_while_auth_stops_has_none_under_way(
    quiet_dsn: str, way_to_postgres: FaultProxy
) -> None:
    async with (
        mail_server() as server,
        open_pool(through(way_to_postgres, quiet_dsn), answer_timeout_s=0.3) as pool,
    ):
        way = transport(server, Security.NONE)
        outbox = Outbox(PostgresOutbox(Database(pool)), way, "https://example.com")
        with capture_logs() as lines:

            def told() -> set[str]:
                return {line["event"] for line in lines}

            async with outbox.sending(interval_s=0.01):
                way_to_postgres.stop()
                await eventually(lambda: "postgres failed" in told())
        way_to_postgres.heal()
    assert "mail under way failed at the stop" not in told()


async def test_mail_is_given_up_after_a_day(
    person: Person,
    outbox: Callable[[MailServer], Outbox],
    quiet_dsn: str,
    admin_of: Callable[[str], str],
) -> None:
    assert person.email
    admin_dsn = admin_of(quiet_dsn)
    async with mail_server(MailServer(refusal="451 Later")) as server:
        wait(admin_dsn, timedelta(hours=23))
        assert await outbox(server).send_one()
        assert len(wait(admin_dsn, timedelta(hours=1))) == 1
        assert await outbox(server).send_one()
    assert wait(admin_dsn) == []
    assert server.tries == 2


async def test_mail_that_is_refused_for_good_is_not_tried_again(
    person: Person,
    outbox: Callable[[MailServer], Outbox],
    quiet_dsn: str,
    admin_of: Callable[[str], str],
) -> None:
    assert person.email
    wait(admin_of(quiet_dsn))
    async with mail_server(MailServer(refusal="550 No such user")) as server:
        assert await outbox(server).send_one()
        assert not await outbox(server).send_one()
    assert server.tries == 1


async def test_in_production_without_a_server_no_link_can_be_had(
    serve_auth: ServeAuth, quiet_dsn: str, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = {"environment": "production", "loopback_targets": ""}
    async with serve_auth(quiet_dsn, redis_url, settings=settings) as channel:
        people = People(channel)
        person = await people.sign_up(new_email(), PASSWORD)
        account = (await people.session(person.token)).account
        assert not account.needs_email_verification
        await people.send_verification(person.account_id)
        error = await refusal(people.forget_password(person.email))
        assert (await people.change_email(person.token, new_email())).account.email != person.email
    assert error.reason == "MAIL_NOT_SET_UP"
    told = "".join(capfd.readouterr())
    assert "no mail is sent" in told
    for prefix in ("og_verify_", "og_reset_"):
        assert prefix not in told
