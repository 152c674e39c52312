"""How a program shows who it is, and knows who others are."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from og_service.targets import is_loopback_target
from og_service.tls.material import TlsFiles
from og_service.tls.spiffe import TRUST_DOMAIN


class Environment(StrEnum):
    """Where a service runs; production refuses what only development may have."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class TrustSettings(BaseSettings):
    """What a program is told of how it shows who it is, and knows who others are."""

    # Faults are printed when a process does not start, and inputs hold tokens.
    model_config = SettingsConfigDict(env_prefix="OG_", extra="ignore", hide_input_in_errors=True)

    environment: Environment = Field(
        default=Environment.PRODUCTION, description="`development` or `production`."
    )
    caller_token: str = Field(
        default="",
        description=(
            "Token this process shows when it calls other services, without TLS: in development."
        ),
        repr=False,
    )
    tls_certificate: str = Field(
        default="",
        description=(
            "Path of a PEM file: this process's certificate (`tls.crt`), whose only URI is "
            "`spiffe://<OG_TRUST_DOMAIN>/<name>`. Taken anew when it changes. With OG_TLS_KEY and "
            "OG_TLS_CA, or none of the three."
        ),
    )
    tls_key: str = Field(
        default="", description="Path of a PEM file: the certificate's private key (`tls.key`)."
    )
    tls_ca: str = Field(
        default="",
        description="Path of a PEM file: the authorities of others' certificates (`ca.crt`).",
    )
    trust_domain: str = Field(
        default="instant-og.internal",
        description="Trust domain of the names in our certificates (SPIFFE).",
    )

    @field_validator("trust_domain")
    @classmethod
    def _whole_trust_domain(cls, value: str) -> str:
        if not TRUST_DOMAIN.fullmatch(value):
            msg = f"{value!r} is no trust domain such as instant-og.internal"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _whole_tls(self) -> Self:
        given = (self.tls_certificate, self.tls_key, self.tls_ca)
        if any(given) and not all(given):
            msg = "OG_TLS_CERTIFICATE, OG_TLS_KEY and OG_TLS_CA go together: set all or none"
            raise ValueError(msg)
        return self

    @property
    def tls_files(self) -> TlsFiles | None:
        """Where our certificate is, if we have one."""
        if not self.tls_certificate:
            return None
        return TlsFiles(Path(self.tls_certificate), Path(self.tls_key), Path(self.tls_ca))

    def demand_tls(self, addresses: Mapping[str, str]) -> None:
        """Raise ValueError where production would speak beyond this machine without TLS.

        The addresses, gRPC's targets or a server's, are by the name of their setting.
        """
        if self.tls_files or self.environment is not Environment.PRODUCTION:
            return
        beyond = [name for name, address in addresses.items() if not is_loopback_target(address)]
        if beyond:
            msg = (
                f"{', '.join(beyond)} is beyond loopback, where production needs TLS: set "
                "OG_TLS_CERTIFICATE, OG_TLS_KEY and OG_TLS_CA"
            )
            raise ValueError(msg)
