from __future__ import annotations

import secrets
import sys
from enum import StrEnum
from typing import Annotated, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode

from og_service.targets import is_loopback
from og_service.tls.material import UnfitFileError, read_material
from og_service.tls.spiffe import NAME
from og_service.trust import Environment, TrustSettings

MIN_TOKEN_CHARS = 16
MAX_PORT = 65_535
CONFIG_EXIT_STATUS = 78
"""EX_CONFIG of sysexits(3): starting again will not help."""
_NOT_MADE = "default_factory_not_called"


class LogFormat(StrEnum):
    """Lines for people or objects for machines."""

    CONSOLE = "console"
    JSON = "json"


class CommonSettings(TrustSettings):
    """What every process of the system is told, each from an environment variable `OG_<NAME>`."""

    log_level: str = Field(default="INFO", description="Least severe level that is logged.")
    log_format: LogFormat = Field(default=LogFormat.JSON, description="`json` or `console`.")
    metrics_address: str = Field(
        default="",
        description=(
            "`host:port` that this process serves `/metrics` on, for Prometheus; empty: nowhere. "
            "One of its own for each process."
        ),
    )
    otlp_endpoint: str = Field(
        default="",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description=(
            "Where traces go: the base URL of a collector that takes OTLP over HTTP, for example "
            "`http://collector:4318`; empty: there are none. What the collector wants to be shown "
            "goes into `OTEL_EXPORTER_OTLP_HEADERS`, not into the URL."
        ),
    )
    trace_ratio: float = Field(
        default=0.01,
        ge=0,
        le=1,
        validation_alias="OTEL_TRACES_SAMPLER_ARG",
        description="Share of the public's requests that are traced; the edge decides for all.",
    )
    loopback_targets: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        description=(
            "Exact `ip:port` pairs, separated by commas, that may be fetched although they are "
            "not public. Refused in production."
        ),
    )

    @field_validator("metrics_address")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        if value:
            split_address(value)
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _plain_http_url(cls, value: str) -> str:
        url = urlsplit(value)
        holds_more = "@" in url.netloc or url.query or url.fragment
        if value and (url.scheme not in {"http", "https"} or not url.hostname or holds_more):
            msg = "this is no URL such as http://collector:4318, without user, password and query"
            raise ValueError(msg)
        return value

    @field_validator("loopback_targets", mode="before")
    @classmethod
    def _split_targets(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("loopback_targets")
    @classmethod
    def _exact_targets(cls, value: frozenset[str]) -> frozenset[str]:
        for target in value:
            host, _, port = target.rpartition(":")
            if not (is_loopback(host) and port.isascii() and port.isdigit()):
                msg = f"{target!r} is no loopback address and port such as 127.0.0.1:3000"
                raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _no_loopback_in_production(self) -> Self:
        if self.loopback_targets and self.environment is Environment.PRODUCTION:
            msg = "OG_LOOPBACK_TARGETS must be empty when OG_ENVIRONMENT is production"
            raise ValueError(msg)
        return self


def split_address(address: str) -> tuple[str, int]:
    """Split `host:port`, an IPv6 host in brackets; raises ValueError where it is not so."""
    host, _, port = address.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or (":" in bare and bare == host) or not (port.isascii() and port.isdigit()):
        msg = f"{address!r} is no address and port such as 127.0.0.1:9090 or [::]:9090"
        raise ValueError(msg)
    if int(port) > MAX_PORT:
        msg = f"{address!r} has no port up to {MAX_PORT}"
        raise ValueError(msg)
    return bare, int(port)


class ServiceSettings(CommonSettings):
    """What every gRPC service is told besides."""

    listen_address: str = Field(
        default="127.0.0.1:50051",
        description=(
            "`host:port` the server binds; by default extract's port is 50052, render's 50053 and "
            "billing's 50054."
        ),
    )
    health_address: str = Field(
        default="",
        description=(
            "`host:port` of a second port, without TLS, that serves `grpc.health.v1.Health` and "
            "nothing else, for probes that have no certificate; empty: none."
        ),
    )
    callers: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description=(
            "Who calls, without TLS: `name=token` pairs, separated by commas. With TLS, callers "
            "are who their certificates say, and these are not looked at."
        ),
        repr=False,
    )
    caller_rpcs: Annotated[dict[str, frozenset[str]], NoDecode] = Field(
        default_factory=dict,
        description=(
            "What further callers may call, besides `edge`, `auditor` and `operator`: "
            "`newsletter=og.render.v1.RenderService/RenderCard+og.extract.v1.ExtractService/*,…`. "
            "May be the same for all services."
        ),
    )

    @field_validator("health_address")
    @classmethod
    def _whole_health_address(cls, value: str) -> str:
        if value:
            split_address(value)
        return value

    @field_validator("caller_rpcs", mode="before")
    @classmethod
    def _split_caller_rpcs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found: dict[str, frozenset[str]] = {}
        for part in filter(None, (part.strip() for part in value.split(","))):
            name, _, rpcs = part.partition("=")
            if not (NAME.fullmatch(name) and all(rpcs.split("+"))):
                msg = (
                    f"{part!r} is not of the form name=package.Service/Rpc+package.Service/*, with "
                    "a name of a-z, 0-9 and -"
                )
                raise ValueError(msg)
            found[name] = found.get(name, frozenset()) | frozenset(rpcs.split("+"))
        return found

    @field_validator("caller_rpcs")
    @classmethod
    def _known_rpcs(cls, value: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        if not value:
            return value
        from og_service.contracts import rpcs_named  # noqa: PLC0415 - only who needs them loads all

        return {
            name: frozenset(rpc for text in sorted(texts) for rpc in rpcs_named(text))
            for name, texts in value.items()
        }

    @model_validator(mode="after")
    def _tls_beyond_loopback(self) -> Self:
        self.demand_tls({"OG_LISTEN_ADDRESS": self.listen_address})
        return self

    @field_validator("callers", mode="before")
    @classmethod
    def _split_callers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.strip().partition("=") for part in value.split(",") if part.strip()]
        if not all(name and token for name, _, token in pairs):
            msg = "callers are name=token pairs, separated by commas"
            raise ValueError(msg)
        return {name: token for name, _, token in pairs}

    @field_validator("callers")
    @classmethod
    def _long_tokens(cls, value: dict[str, str]) -> dict[str, str]:
        for name, token in value.items():
            if len(token) < MIN_TOKEN_CHARS:
                msg = f"the token of caller {name!r} is shorter than {MIN_TOKEN_CHARS} characters"
                raise ValueError(msg)
        return value

    def caller_named_by(self, token: str) -> str | None:
        """Name the caller that holds token, or None; takes the same time either way."""
        found = None
        for name, known in self.callers.items():
            if secrets.compare_digest(known.encode(), token.encode()):
                found = name
        return found


Kind = TypeVar("Kind", bound=BaseSettings)


def load(kind: type[Kind]) -> Kind:
    """Read settings from the environment, and the files they name; or name every fault and exit."""
    try:
        settings = kind()
        if isinstance(settings, TrustSettings) and settings.tls_files:
            read_material(settings.tls_files, settings.trust_domain)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # A default that is made of other settings is not made where one of those is wrong.
        refuse(*(_told(kind, each) for each in faults if each["type"] != _NOT_MADE))
    except UnfitFileError as error:
        refuse(str(error))
    return settings


def refuse(*faults: str) -> NoReturn:
    """Say what is wrong with the settings, and exit."""
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201 - logs may not be set up yet
    sys.exit(CONFIG_EXIT_STATUS)


def _told(kind: type[BaseSettings], fault: ErrorDetails) -> str:
    name = str(fault["loc"][0]) if fault["loc"] else "settings"
    variable = f"OG_{name.upper()}" if name in kind.model_fields else name
    return f"{variable}: {fault['msg'].removeprefix('Value error, ')}"
