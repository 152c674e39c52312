"""What a page said and what a card is drawn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from og_edge.ai import AiStatus


class PayPeriod(Enum):
    """How often an amount is paid."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Price:
    """An amount in plain decimal notation, and its ISO 4217 code or nothing.

    `amount_max` is the upper end of a range, or nothing.
    """

    amount: str
    currency_code: str
    amount_max: str = ""
    per: PayPeriod | None = None


@dataclass(frozen=True)
class Rating:
    """A rating from 0 to best_value, given rating_count times (0: unknown)."""

    value: float
    best_value: float
    rating_count: int


Value = str | dt.date | dt.time | dt.timedelta | Price | Rating | bytes
"""A time is of UTC where it has a zone, else of the place."""


@dataclass(frozen=True)
class Found:
    """A value and the source it was found in, for example "og:title"."""

    value: Value
    source: str


@dataclass(frozen=True)
class Pictures:
    """Pictures by field name, and the fields whose picture was named but could not be had."""

    data: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    failed: Sequence[str] = ()


@dataclass(frozen=True)
class CardTag:
    """An og:image or twitter:image tag of a page, its URL absolute."""

    property: str
    url: str


@dataclass(frozen=True)
class Page:
    """One page as read."""

    final_url: str
    language_code: str
    fields: Mapping[str, Found]
    pictures: Pictures
    card_tags: Sequence[CardTag]
    ai_status: AiStatus | None = None
    """How a language model did with it, where one was asked."""
    is_stand_in: bool = False
    """Whether it could not be read, and holds only what the request gives."""
    canonical_url: str = ""
    """Under which URL it says it is known, or final_url."""
    was_fetched_before: bool = False
    """Whether it was fetched for an earlier call, moments before this one."""
    scripts_name_us: bool = False
    """Whether a script in it names the address of cards."""
    is_partial: bool = False
    """Whether it broke off before its end, so that what it lacks proves nothing."""
