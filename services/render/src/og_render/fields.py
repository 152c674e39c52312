"""What templates take: the kinds of fields and the values they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

MAX_TEXT_CHARACTERS = 4_000


class FieldKind(Enum):
    """What kind of value a field takes."""

    TEXT = "text"
    DATE = "date"
    PRICE = "price"
    RATING = "rating"
    IMAGE = "image"


@dataclass(frozen=True)
class Field:
    """One input of a template."""

    name: str
    kind: FieldKind
    description: str
    is_required: bool = False


@dataclass(frozen=True)
class Price:
    """An amount of money; no currency code: the amount is drawn bare."""

    amount: Decimal
    currency_code: str = ""


@dataclass(frozen=True)
class Rating:
    """A rating from 0 to best_value; rating_count 0 when unknown."""

    value: float
    best_value: float = 5.0
    rating_count: int = 0


Value = str | date | Price | Rating | bytes

TITLE = Field("title", FieldKind.TEXT, "The headline, up to three lines.", is_required=True)
DESCRIPTION = Field("description", FieldKind.TEXT, "One or two lines under the headline.")
SITE_NAME = Field("siteName", FieldKind.TEXT, "The name of the site.")
FAVICON = Field("favicon", FieldKind.IMAGE, "The site's logo, drawn small beside its name.")
