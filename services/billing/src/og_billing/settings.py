from __future__ import annotations

from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from og_service.settings import ServiceSettings
from og_service.trust import Environment

STRIPE_API_URL: Final = "https://api.stripe.com"


class Settings(ServiceSettings):
    """What the billing service is told."""

    listen_address: str = Field(
        default="127.0.0.1:50054", description="`host:port` the server binds."
    )
    database_url: str = Field(
        validation_alias="DATABASE_URL",
        description="PostgreSQL, as the role `og_billing`.",
        repr=False,
    )
    stripe_secret_key: str = Field(
        default="",
        validation_alias="STRIPE_SECRET_KEY",
        description=(
            "Key of Stripe's API, secret or restricted; empty: nothing is sold, and operators "
            "grant credits and plans."
        ),
        repr=False,
    )
    stripe_webhook_secret: str = Field(
        default="",
        validation_alias="STRIPE_WEBHOOK_SECRET",
        description="Secret that Stripe signs its events with; needed with `STRIPE_SECRET_KEY`.",
        repr=False,
    )
    stripe_api_url: str = Field(
        default=STRIPE_API_URL,
        validation_alias="STRIPE_API_URL",
        description="Where Stripe is, for a local one of tests; refused in production.",
    )

    @model_validator(mode="after")
    def _whole_stripe(self) -> Self:
        if bool(self.stripe_secret_key) != bool(self.stripe_webhook_secret):
            msg = "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET must be set together"
            raise ValueError(msg)
        if self.stripe_api_url != STRIPE_API_URL and (
            self.environment is Environment.PRODUCTION
            or urlsplit(self.stripe_api_url).scheme not in {"http", "https"}
        ):
            msg = f"STRIPE_API_URL must be {STRIPE_API_URL} in production, and else an HTTP URL"
            raise ValueError(msg)
        return self
