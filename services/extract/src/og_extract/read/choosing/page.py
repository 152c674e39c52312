from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, time, timedelta
from typing import Any, Self

from og_extract.read.choosing.rules import Candidate, Choice, Outcome
from og_extract.read.kinds.page_kind import PageKind
from og_extract.read.reduction.digest import Digest
from og_extract.read.sources.card_tags import CardTag
from og_extract.read.values.prices import PayPeriod, Price, Rating


@dataclass(frozen=True, slots=True)
class Field:
    """A field's value, one of text, day, price and the others, and where it was found."""

    source: str
    text: str = ""
    day: tuple[int, int, int] | None = None
    """Year, month, day."""
    price: Price | None = None
    rating: Rating | None = None
    duration_s: int | None = None
    clock: tuple[int, int, bool] | None = None
    """Hours, minutes, and whether they are of UTC."""

    @classmethod
    def of(cls, choice: Choice) -> Self:
        """Make a field of the value that was chosen for it."""
        value = choice.value
        if isinstance(value, Price):
            return cls(choice.source, price=value)
        if isinstance(value, Rating):
            return cls(choice.source, rating=value)
        if isinstance(value, date):
            return cls(choice.source, day=(value.year, value.month, value.day))
        if isinstance(value, timedelta):
            return cls(choice.source, duration_s=round(value.total_seconds()))
        if isinstance(value, time):
            return cls(choice.source, clock=(value.hour, value.minute, value.tzinfo is UTC))
        return cls(choice.source, text=value)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. URLs are absolute."""

    final_url: str
    canonical_url: str
    language: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    card_tags: list[CardTag] = field(default_factory=list)
    image_candidates: dict[str, list[str]] = field(default_factory=dict)
    """By field name, best first."""
    refresh_url: str = ""
    """Where the page sends its visitors at once; only where it has nothing else."""
    page_bytes: int = 0
    """The page's size, decoded and perhaps cut."""
    explanations: dict[str, list[Candidate]] = field(default_factory=dict)
    """By field name, every value that the page offers in order of precedence; empty unless asked
    for. Beside the fields there are the pictures, "url" and "language"."""
    digest: Digest | None = None
    """What a language model is shown, where that was asked for."""
    offers: dict[str, list[Field]] = field(default_factory=dict)
    """By field name, the values that it chooses among, the standard one first."""
    kind: PageKind = PageKind.CONTENT
    kind_reason: str = ""
    """What gave it away, for people; "" for a page with content."""
    scripts_name_sought_address: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Rebuild a page from what dataclasses.asdict made of it."""
        return cls(
            **{
                **data,
                "fields": {name: _field(value) for name, value in data["fields"].items()},
                "kind": PageKind(data["kind"]),
                "card_tags": [CardTag(**tag) for tag in data["card_tags"]],
                "explanations": {
                    name: [_candidate(value) for value in listed]
                    for name, listed in data["explanations"].items()
                },
                "offers": {
                    name: [_field(value) for value in listed]
                    for name, listed in data["offers"].items()
                },
                "digest": data["digest"] and Digest.from_json(data["digest"]),
            }
        )


def _field(data: dict[str, Any]) -> Field:
    day, price, rating, clock = data["day"], data["price"], data["rating"], data["clock"]
    return Field(
        source=data["source"],
        text=data["text"],
        day=None if day is None else (day[0], day[1], day[2]),
        price=None if price is None else _price(price),
        rating=None if rating is None else Rating(**rating),
        duration_s=data["duration_s"],
        clock=None if clock is None else (clock[0], clock[1], clock[2]),
    )


def _price(data: dict[str, Any]) -> Price:
    return Price(**{**data, "per": data["per"] and PayPeriod(data["per"])})


def _candidate(data: dict[str, Any]) -> Candidate:
    return Candidate(**{**data, "outcome": Outcome(data["outcome"])})
