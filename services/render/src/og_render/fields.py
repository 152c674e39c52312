"""What templates take: the kinds of fields and the values they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum

from og_render import sample_pictures

MAX_TEXT_CHARACTERS = 4_000


class FieldKind(Enum):
    """What kind of value a field takes."""

    TEXT = "text"
    DATE = "date"
    PRICE = "price"
    RATING = "rating"
    IMAGE = "image"
    CODE = "code"
    LIST = "list"
    COUNT = "count"
    DURATION = "duration"
    TIME = "time"


class PayPeriod(Enum):
    """How often an amount of money is paid; the values are CLDR's units."""

    HOUR = "duration-hour"
    DAY = "duration-day"
    WEEK = "duration-week"
    MONTH = "duration-month"
    YEAR = "duration-year"


@dataclass(frozen=True)
class Field:
    """One input of a template.

    `example` is a value as it would stand in a request's query. `source` names the metadata field
    of a page that fills the input where the request does not; empty: only the request can.
    `example_picture` draws what an example card shows in a field of pictures.
    """

    name: str
    kind: FieldKind
    description: str
    example: str = ""
    source: str = ""
    is_required: bool = False
    example_picture: Callable[[], bytes] | None = None


@dataclass(frozen=True)
class Price:
    """An amount of money; no currency code: the amount is drawn bare."""

    amount: Decimal
    currency_code: str = ""
    amount_max: Decimal | None = None
    """The upper end of a range."""
    per: PayPeriod | None = None


@dataclass(frozen=True)
class Rating:
    """A rating from 0 to best_value; rating_count 0 when unknown."""

    value: float
    best_value: float = 5.0
    rating_count: int = 0


Value = str | date | time | timedelta | Price | Rating | bytes


# What pages commonly say of themselves, so that templates describe it alike.
_TEXT, _IMAGE = FieldKind.TEXT, FieldKind.IMAGE
TITLE = Field(
    "title",
    _TEXT,
    "The headline.",
    "Designing calm software for busy people",
    "title",
    is_required=True,
)
DESCRIPTION = Field(
    "description",
    _TEXT,
    "One or two lines under the headline.",
    "What a year of removing features taught us about focus and trust.",
    "description",
)
SITE_NAME = Field("siteName", _TEXT, "The name of the site.", "Northwind", "siteName")
FAVICON = Field(
    "favicon",
    _IMAGE,
    "The site's logo, drawn small beside its name.",
    source="favicon",
    example_picture=sample_pictures.favicon,
)
AUTHOR = Field("author", _TEXT, "Who wrote it.", "Jane Doe", "author")
AVATAR = Field(
    "avatar",
    _IMAGE,
    "A portrait, drawn in a circle.",
    source="avatar",
    example_picture=sample_pictures.avatar,
)
PUBLISHED_AT = Field(
    "publishedAt", FieldKind.DATE, "The day of publication.", "2026-11-24", "publishedAt"
)
IMAGE = Field(
    "image",
    _IMAGE,
    "The page's main picture.",
    source="image",
    example_picture=sample_pictures.landscape,
)
CATEGORY = Field("category", _TEXT, "The topic, one or two words.", "Design", "category")
PRICE = Field("price", FieldKind.PRICE, "The price.", "$129", "price")
RATING = Field("rating", FieldKind.RATING, "The rating, drawn as stars.", "4.6", "rating")
PRODUCT_IMAGE = Field(
    "productImage",
    _IMAGE,
    "The product; cut-outs are shown whole.",
    source="productImage",
    example_picture=sample_pictures.product_photo,
)
BRAND = Field("brand", _TEXT, "Who makes it.", "Northwind", "brand")
