from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

_PATH: Final = "/chat/completions"


class Structured(StrEnum):
    """How an endpoint is made to answer in the shape of a schema."""

    JSON_SCHEMA = "json_schema"
    """By the schema itself."""
    JSON_OBJECT = "json_object"
    """By any JSON object; the prompt holds the schema."""
    PROMPT = "prompt"
    """By the prompt alone."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a language model is asked: anything that speaks OpenAI's chat completions."""

    base_url: str
    """What OpenAI's clients take for one; "/v1" follows a host alone."""
    model: str
    api_key: str = field(default="", repr=False)
    structured: Structured = Structured.JSON_SCHEMA
    timeout_s: float = 5.0
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Put over the request's own body; null takes a key away."""
    running_max: int = 16
    """Calls at the same time."""
    waiting_max: int = 32
    """Calls that may wait for one of those to end; more are refused."""

    @property
    def completions_url(self) -> str:
        """The URL that is posted to."""
        base = self.base_url.rstrip("/").removesuffix(_PATH)
        return base + ("" if urlsplit(base).path else "/v1") + _PATH
