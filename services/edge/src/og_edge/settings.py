from __future__ import annotations

from typing import Self

from ada_url import URL, check_url
from pydantic import AliasChoices, Field, field_validator, model_validator

from og_service.settings import CommonSettings
from og_service.trust import Environment

MAX_RETENTION_DAYS = 36_500
MAX_CARD_MEMORY_MB = 65_536


class Settings(CommonSettings):
    """What the edge is told."""

    http_host: str = Field(default="127.0.0.1", description="Address that HTTP is served on.")
    http_port: int = Field(default=8000, ge=1, le=65535, description="Port that HTTP is served on.")
    http_share_port: bool = Field(
        default=False,
        description=(
            "Whether further processes of the edge on this machine, which are told so too, serve "
            "on the same port; the kernel deals connections out to them."
        ),
    )
    http_own_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description=(
            "A second port, of loopback, on which this process alone answers, for probes where "
            "several share one; 0: none."
        ),
    )
    public_base_url: str = Field(
        default="",
        validation_alias=AliasChoices("OG_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
        description=(
            "How the world names this server, for example `https://instantog.com`. Tags on pages "
            "must point there. Required in production; else `http://127.0.0.1:<http_port>`."
        ),
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        description=(
            "How many proxies in front append to X-Forwarded-For; 0 takes the peer's address."
        ),
    )
    auth_target: str = Field(default="127.0.0.1:50051", description="gRPC target of auth.")
    extract_target: str = Field(default="127.0.0.1:50052", description="gRPC target of extract.")
    render_target: str = Field(default="127.0.0.1:50053", description="gRPC target of render.")
    billing_target: str = Field(default="127.0.0.1:50054", description="gRPC target of billing.")
    database_url: str = Field(
        validation_alias="DATABASE_URL",
        description="Postgres, as the role `og_edge`.",
        repr=False,
    )
    card_store_url: str = Field(
        default="file:///var/lib/instant-og/cards",
        description=(
            "Where cards are kept: `file:///folder`, `s3://bucket`, `gs://bucket` or "
            "`az://container`; accounts and credentials come from that cloud's own variables."
        ),
    )
    card_memory_mb: int = Field(
        default=256,
        ge=0,
        le=MAX_CARD_MEMORY_MB,
        description=(
            "How many MB (10^6 bytes) of cards each process keeps in memory, those asked for last; "
            "0 reads each from the store."
        ),
    )
    card_retention_days: int = Field(
        default=0,
        ge=0,
        le=MAX_RETENTION_DAYS,
        description="Forget cards unused for so many days, oldest first; 0 keeps them for ever.",
    )

    @field_validator("public_base_url")
    @classmethod
    def _normal_form(cls, value: str) -> str:
        """Write it as tags are written once they are read (WHATWG URL), for these are compared."""
        if not value:
            return value
        url = URL(value) if check_url(value) else None
        if url is None or url.protocol not in {"http:", "https:"} or url.search or url.username:
            msg = "PUBLIC_BASE_URL is a URL such as https://instantog.com"
            raise ValueError(msg)
        return url.origin + url.pathname.rstrip("/")

    @model_validator(mode="after")
    def _tls_beyond_loopback(self) -> Self:
        self.demand_tls(
            {
                "OG_AUTH_TARGET": self.auth_target,
                "OG_EXTRACT_TARGET": self.extract_target,
                "OG_RENDER_TARGET": self.render_target,
                "OG_BILLING_TARGET": self.billing_target,
            }
        )
        return self

    @model_validator(mode="after")
    def _default_base_url(self) -> Self:
        if not self.public_base_url:
            if self.environment is Environment.PRODUCTION:
                msg = "PUBLIC_BASE_URL must say how the world names this server"
                raise ValueError(msg)
            self.public_base_url = f"http://127.0.0.1:{self.http_port}"
        return self
