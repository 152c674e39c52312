from __future__ import annotations

from pydantic import Field

from og_service.settings import ServiceSettings


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
