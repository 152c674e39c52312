from __future__ import annotations

from pydantic import Field

from og_service.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the billing service is told."""

    database_url: str = Field(
        validation_alias="DATABASE_URL",
        description="PostgreSQL, as the role `og_billing`.",
        repr=False,
    )
