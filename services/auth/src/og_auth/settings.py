from __future__ import annotations

from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, field_validator, model_validator

from og_auth.identity.mailbox import MailWay
from og_auth.smtp import parse_mail_address, parse_smtp_url
from og_service.settings import ServiceSettings
from og_service.trust import Environment

MAX_SITE_CARD_WINDOW_FACTOR: Final = 100
DEFAULT_BASE_URL: Final = "http://127.0.0.1:8000"


class Settings(ServiceSettings):
    """What auth is told."""

    listen_address: str = Field(
        default="127.0.0.1:50051", description="`host:port` the server binds."
    )
    database_url: str = Field(
        validation_alias="DATABASE_URL",
        description="PostgreSQL, as the role og_auth.",
        repr=False,
    )
    redis_url: str = Field(validation_alias="REDIS_URL", description="Valkey or Redis.", repr=False)
    auth_replicas: int = Field(
        default=1,
        ge=1,
        description=(
            "Processes of auth that run. While Valkey is away, each lets its share of a rate "
            "limit pass."
        ),
    )
    site_card_window_factor: int = Field(
        default=1,
        ge=1,
        le=MAX_SITE_CARD_WINDOW_FACTOR,
        description=(
            "How many times the account's rate limit its sites may ask for in 60 s together, in a "
            "window of their own; new cards among that stay within the rate limit. 1: all requests "
            "do, as the API reference has it."
        ),
    )
    smtp_url: str = Field(
        default="",
        validation_alias="SMTP_URL",
        description=(
            "Where mail is handed in: `smtp://user:password@host:587`, which must offer STARTTLS "
            "unless it is on this machine, or `smtps://user:password@host:465`. Empty: in "
            "development mail is written to the log, in production there is none; addresses then "
            "need no verification."
        ),
        repr=False,
    )
    mail_from: str = Field(
        default="",
        description="Whom mail comes from: an address. Required with SMTP_URL.",
    )
    public_base_url: str = Field(
        default=DEFAULT_BASE_URL,
        validation_alias=AliasChoices("OG_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
        description=(
            "How the world names the edge, for example `https://instantog.com`: links in mail lead "
            "there. Required with SMTP_URL in production, with https."
        ),
    )

    @field_validator("smtp_url")
    @classmethod
    def _whole_smtp_url(cls, value: str) -> str:
        if value:
            parse_smtp_url(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value:
            try:
                parse_mail_address(value)
            except ValueError:
                msg = "OG_MAIL_FROM is an address such as mail@example.com"
                raise ValueError(msg) from None
        return value

    @field_validator("public_base_url")
    @classmethod
    def _web_url(cls, value: str) -> str:
        value = value or DEFAULT_BASE_URL
        url = urlsplit(value)
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
            msg = "PUBLIC_BASE_URL is a URL such as https://instantog.com"
            raise ValueError(msg)
        return value.rstrip("/")

    @model_validator(mode="after")
    def _all_that_mail_needs(self) -> Self:
        if not self.smtp_url:
            return self
        if not self.mail_from:
            msg = "OG_MAIL_FROM must say whom mail comes from, where SMTP_URL is set"
            raise ValueError(msg)
        is_production = self.environment is Environment.PRODUCTION
        if is_production and not self.public_base_url.startswith("https://"):
            msg = "PUBLIC_BASE_URL must be an https URL, where SMTP_URL is set: links lead there"
            raise ValueError(msg)
        return self

    @property
    def mail_way(self) -> MailWay:
        """Where mail goes."""
        if self.smtp_url:
            return MailWay.SMTP
        in_development = self.environment is Environment.DEVELOPMENT
        return MailWay.LOG if in_development else MailWay.NOWHERE
