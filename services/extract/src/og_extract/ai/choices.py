"""The values that a model chooses among: it never writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from og_extract.ai.limits import MAX_LABEL_CHARS
from og_extract.read.choosing.page import Field, Page
from og_extract.read.reduction.asides import speaks_to_a_model


@dataclass(frozen=True, slots=True)
class Choices:
    """By field name and label, the values that standard extraction found."""

    values: Mapping[str, Mapping[str, Field]]

    @classmethod
    def of(cls, page: Page) -> Self:
        """Offer what was found on a page; fields without any value are left out."""
        return cls({name: _labelled(fields) for name, fields in page.offers.items()})

    @property
    def labels(self) -> dict[str, list[str]]:
        """What the model is shown, by field name."""
        return {name: list(values) for name, values in self.values.items()}

    def chosen(self, name: str, label: str | None) -> Field | None:
        """Give the value of a label; None for a label that was never offered."""
        field = self.values.get(name, {}).get((label or "").strip())
        return None if field is None else replace(field, source=f"ai:{field.source}")


def _labelled(fields: Iterable[Field]) -> dict[str, Field]:
    labelled: dict[str, Field] = {}
    for field in fields:
        label = _label(field)
        if label and not speaks_to_a_model(label):
            labelled.setdefault(label, field)
    return labelled


def _label(field: Field) -> str:
    if field.day is not None:
        year, month, day = field.day
        return f"{year:04}-{month:02}-{day:02}"
    if field.price is not None:
        return f"{field.price.amount} {field.price.currency}".strip()
    if field.rating is not None:
        return f"{field.rating.value:g} of {field.rating.best:g} ({field.rating.count} ratings)"
    return field.text if len(field.text) <= MAX_LABEL_CHARS else ""
