from __future__ import annotations

import pytest

from og_auth.identity.errors import WeakPasswordError
from og_auth.identity.letters import letter
from og_auth.identity.mail_kinds import MailKind
from og_auth.identity.outbox import WAIT_MAX_S, wait_after
from og_auth.identity.passwords import checked_password, typed_password
from og_auth.identity.sessions import checked_user_agent
from og_auth.identity.tokens import TokenKind, new_token, read_token
from og_auth.settings import Settings
from og_auth.smtp import Security, SmtpServer, parse_smtp_url
from og_service.errors import InvalidRequestError

EMAIL = "ada.lovelace@analytical.example.com"
STORES = {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://"}


@pytest.mark.parametrize(
    "password",
    [
        "otters12!",
        "x" * 257,
        "password1234",
        "P@ssw0rd2026",
        "qwertyuiop",
        "zzzzzzzzzzzzzzzzzz",
        "abababababababab",
        "0123456789",
        "iloveyou2020",
        "ada.lovelace",
        "Lovelace1815",
        EMAIL,
    ],
)
def test_a_password_that_is_soon_guessed_is_weak(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        checked_password(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    ["nine tame otters knit", "x7Gk2pQ9zL", "gr\u00fcne B\u00e4ren im Schnee", "uzrLkmPq" * 32],
)
def test_a_password_that_is_not_is_good(password: str) -> None:
    checked_password(password, EMAIL)


def test_what_is_typed_is_composed_and_bounded() -> None:
    assert typed_password("Ba\u0308r") == "B\u00e4r"
    for text in ("", "a" * 1_025):
        with pytest.raises(InvalidRequestError):
            typed_password(text)


def test_a_token_is_of_one_kind_and_keeps_to_itself() -> None:
    for kind in TokenKind:
        token = new_token(kind)
        assert read_token(kind, token.text) == token
        assert token.text not in repr(token)
        assert len(token.digest) == 32
        for other in set(TokenKind) - {kind}:
            assert read_token(other, token.text) is None
        for text in (token.text[:-1], token.text + "A", token.text.upper(), f"{token.text}\n"):
            assert read_token(kind, text) is None


@pytest.mark.parametrize("kind", MailKind)
def test_letters_lead_where_they_say(kind: MailKind) -> None:
    token = new_token(kind.token_kind) if kind.token_kind else None
    words = letter(kind, token, "https://example.com")
    assert "\n" not in words.subject
    if token:
        assert words.link.startswith("https://example.com/")
        assert words.link.endswith(f"?token={token.text}")
        assert words.link in words.text.splitlines()
        assert words.link in words.html
    else:
        assert "http" not in words.text


def test_tries_are_further_and_further_apart() -> None:
    waits = [wait_after(attempts) for attempts in range(1, 1_000)]
    assert waits[:3] == [5, 10, 20]
    assert waits == sorted(waits)
    assert waits[-1] == WAIT_MAX_S


def test_a_browser_says_what_it_is_in_200_characters() -> None:
    assert checked_user_agent("Mozilla/5.0\x00\r\n (X11)") == "Mozilla/5.0 (X11)"
    assert len(checked_user_agent("a" * 10_000)) == 200


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://cards:p%40ss%20word@mail.example.com",
            SmtpServer("mail.example.com", 587, Security.STARTTLS, "cards", "p@ss word"),
        ),
        ("smtp://127.0.0.1:1025", SmtpServer("127.0.0.1", 1025, Security.NONE)),
        ("smtp://[::1]:1025", SmtpServer("::1", 1025, Security.NONE)),
        ("smtp://localhost:25", SmtpServer("localhost", 25, Security.NONE)),
        ("smtps://mail.example.com", SmtpServer("mail.example.com", 465, Security.TLS)),
        ("smtps://127.0.0.1:2465/", SmtpServer("127.0.0.1", 2465, Security.TLS)),
    ],
)
def test_a_mail_server_is_named_by_a_url(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server
    assert "p@ss" not in repr(parse_smtp_url(url))


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"SMTP_URL": "mail.example.com", "mail_from": "a@example.com"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://u:secret@h:port", "mail_from": "a@example.com"}, "ort"),
        ({"SMTP_URL": "smtp://mail.example.com"}, "OG_MAIL_FROM"),
        ({"SMTP_URL": "smtp://mail.example.com", "mail_from": "Cards"}, "OG_MAIL_FROM"),
        (
            {"SMTP_URL": "smtp://mail.example.com", "mail_from": "a@example.com"},
            "PUBLIC_BASE_URL",
        ),
        ({"PUBLIC_BASE_URL": "example.com"}, "PUBLIC_BASE_URL"),
    ],
)
def test_settings_that_cannot_be_are_refused(values: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named) as refused:
        Settings.model_validate(STORES | {"environment": "production"} | values)
    assert "secret" not in str(refused.value)


def test_settings_that_can_be_are_taken() -> None:
    values = {
        "SMTP_URL": "smtp://u:secret@mail.example.com",
        "mail_from": "cards@example.com",
        "PUBLIC_BASE_URL": "https://example.com/cards/",
    }
    settings = Settings.model_validate(STORES | values)
    assert settings.public_base_url == "https://example.com/cards"
    assert "secret" not in repr(settings)
