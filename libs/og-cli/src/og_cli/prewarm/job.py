"""Which cards are asked for: one query but for the page, and who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from og_plans import PRICES

OPTIONS: Final = (
    "template",
    "site",
    "theme",
    "accentColor",
    "gradientBg",
    "size",
    "format",
    "mode",
)
RESERVED: Final = frozenset({*OPTIONS, "url", "refresh"})


class JobError(ValueError):
    """What is asked for contradicts itself; the message says what to change."""


@dataclass(frozen=True)
class Job:
    """The cards of one template, with the same options and overrides for every page."""

    api_url: str
    query: Mapping[str, str]
    api_key: str

    @property
    def price_credits(self) -> int:
        """The most that one new card costs."""
        is_ai = self.query.get("mode") == "ai"
        return PRICES.ai_generation_credits if is_ai else PRICES.generation_credits

    @property
    def headers(self) -> dict[str, str]:
        """What authenticates a request, where the query does not."""
        return {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}

    @property
    def identity(self) -> dict[str, str]:
        """What makes it this job, without the key itself."""
        key = hashlib.sha256(self.api_key.encode()).hexdigest()[:16] if self.api_key else ""
        return {"system": self.api_url, "API key": key, **self.query}


def query_of(options: Mapping[str, str | None], overrides: Sequence[str]) -> dict[str, str]:
    """Put options that are given and overrides, each as name=value, into one query."""
    query = {name: value for name, value in options.items() if value is not None}
    for text in overrides:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise JobError(f"--set {text}: write it as NAME=VALUE, as in --set author='Jane Doe'")
        if name in RESERVED:
            raise JobError(f"--set {name}=…: {name} is no override, but has an option of its own")
        if name in query:
            raise JobError(f"--set {name}=… is given twice")
        query[name] = value
    return query
