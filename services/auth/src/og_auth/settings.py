from __future__ import annotations

from typing import Final

from pydantic import AliasChoices, Field

from og_auth.identity.mailbox import MailWay
from og_service.settings import Environment, ServiceSettings

MAX_SITE_CARD_WINDOW_FACTOR: Final = 100


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
        default="http://127.0.0.1:8000",
        validation_alias=AliasChoices("OG_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
        description=(
            "How the world names the edge, for example `https://instantog.com`: links in mail lead "
            "there. Required with SMTP_URL in production, with https."
        ),
    )

    @property
    def mail_way(self) -> MailWay:
        """Where mail goes."""
        if self.smtp_url:
            return MailWay.SMTP
        in_development = self.environment is Environment.DEVELOPMENT
        return MailWay.LOG if in_development else MailWay.NOWHERE
