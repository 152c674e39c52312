from __future__ import annotations

import json
from typing import Annotated, Any, Final, Self

from ada_url import URL, check_url
from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from og_extract.ai.endpoint import Endpoint, Structured
from og_service.settings import ServiceSettings

CRAWLER = "InstantOG/0.1"
MAX_AI_TIMEOUT_S = 300
MAX_EXTRA_BODY_CHARS = 16_384
_OURS: Final = frozenset({"messages", "stream", "n"})
"""Keys of a request to the model that must stay as they are."""


def _plain_or_prefixed(name: str) -> AliasChoices:
    return AliasChoices(f"OG_{name}", name)


class Settings(ServiceSettings):
    """What extract is told besides what every service is told."""

    listen_address: str = Field(
        default="127.0.0.1:50052", description="`host:port` the server binds."
    )
    contact_url: str = Field(
        default="https://instantog.com",
        description="Where the owner of a page learns who fetched it; part of the user agent.",
    )
    extract_running_max: int = Field(
        default=512, ge=1, description="Calls worked on at the same time; most of them wait."
    )
    extract_waiting_max: int = Field(
        default=128, ge=0, description="Calls that may wait; more are refused."
    )
    extract_readers: int = Field(default=2, ge=1, description="Processes that parse pages.")
    ai_base_url: str = Field(
        default="",
        validation_alias=_plain_or_prefixed("AI_BASE_URL"),
        description=(
            "Endpoint for `mode=ai`, for example `https://api.openai.com/v1`; without one the mode "
            "is refused. See [ai.md](ai.md)."
        ),
    )
    ai_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=_plain_or_prefixed("AI_API_KEY"),
        description="Sent to the endpoint as a bearer token; none where empty.",
    )
    ai_model: str = Field(
        default="",
        validation_alias=_plain_or_prefixed("AI_MODEL"),
        description="The model's name at the endpoint. Required with one.",
    )
    ai_structured: Structured = Field(
        default=Structured.JSON_SCHEMA,
        validation_alias=_plain_or_prefixed("AI_STRUCTURED"),
        description=(
            "How the endpoint is held to the answer's shape: `json_schema`, `json_object` or "
            "`prompt`."
        ),
    )
    ai_timeout_s: float = Field(
        default=5.0,
        gt=0,
        le=MAX_AI_TIMEOUT_S,
        validation_alias=_plain_or_prefixed("AI_TIMEOUT_S"),
        description="Seconds the model may take; never more than the caller has left.",
    )
    ai_extra_body: Annotated[dict[str, Any], NoDecode] = Field(
        default_factory=dict,
        validation_alias=_plain_or_prefixed("AI_EXTRA_BODY"),
        description=(
            "JSON object put over the request's body, for example "
            '`{"reasoning_effort": "none"}`; null takes a key away.'
        ),
    )
    ai_running_max: int = Field(
        default=16,
        ge=1,
        validation_alias=_plain_or_prefixed("AI_RUNNING_MAX"),
        description="Calls of the model at the same time.",
    )
    ai_waiting_max: int = Field(
        default=32,
        ge=0,
        validation_alias=_plain_or_prefixed("AI_WAITING_MAX"),
        description="Calls of the model that may wait; more get the standard card.",
    )

    @property
    def user_agent(self) -> str:
        """Say who we are, in the form that robots use."""
        return f"Mozilla/5.0 (compatible; {CRAWLER}; +{self.contact_url})"

    @property
    def ai_endpoint(self) -> Endpoint | None:
        """Where a language model is asked; None where nobody set one up."""
        if not self.ai_base_url:
            return None
        return Endpoint(
            base_url=self.ai_base_url,
            model=self.ai_model,
            api_key=self.ai_api_key.get_secret_value(),
            structured=self.ai_structured,
            timeout_s=self.ai_timeout_s,
            extra_body=self.ai_extra_body,
            running_max=self.ai_running_max,
            waiting_max=self.ai_waiting_max,
        )

    @field_validator("ai_base_url")
    @classmethod
    def _http_url(cls, value: str) -> str:
        value = value.strip()
        url = URL(value) if value and check_url(value) else None
        is_fit = url is not None and url.protocol in {"http:", "https:"}
        if value and (url is None or not is_fit or url.search or url.hash or url.username):
            msg = "is a URL such as https://api.openai.com/v1; the key belongs into AI_API_KEY"
            raise ValueError(msg)
        return value

    @field_validator("ai_api_key")
    @classmethod
    def _fit_for_a_header(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()) or " " in key:
            msg = "must be printable ASCII without spaces"
            raise ValueError(msg)
        return SecretStr(key)

    @field_validator("ai_extra_body", mode="before")
    @classmethod
    def _json_object(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if not value.strip():
            return {}
        try:
            parsed = json.loads(value) if len(value) <= MAX_EXTRA_BODY_CHARS else None
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict):
            msg = f"is a JSON object of at most {MAX_EXTRA_BODY_CHARS} characters"
            raise ValueError(msg)  # noqa: TRY004 - pydantic reports no other kind
        return parsed

    @field_validator("ai_extra_body")
    @classmethod
    def _leaves_ours_alone(cls, value: dict[str, Any]) -> dict[str, Any]:
        if taken := _OURS & value.keys():
            msg = f"must not hold {', '.join(sorted(taken))}"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _model_named(self) -> Self:
        if self.ai_base_url and not self.ai_model:
            msg = "AI_MODEL must name the model at AI_BASE_URL"
            raise ValueError(msg)
        return self
