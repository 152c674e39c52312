from __future__ import annotations

from typing import Final

from pydantic import Field

from og_service.settings import ServiceSettings

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
