"""Plans and prices as constants, read once from `plans.toml` beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Plan:
    """What an account may do.

    `monthly_credits` are granted to the plan bucket each month; `rate_limit_per_minute` counts
    requests.
    """

    name: str
    rate_limit_per_minute: int
    monthly_credits: int
    ai_allowed: bool


@dataclass(frozen=True, slots=True)
class Prices:
    """What each kind of answer costs, in credits."""

    cached_card_credits: int
    generation_credits: int
    ai_generation_credits: int


T = TypeVar("T", Plan, Prices)


class PlansError(ValueError):
    """The file of plans is wrong; the message says where and what."""


def parse(text: str) -> tuple[Mapping[str, Plan], Prices]:
    """Read plans and prices from TOML text.

    Raises PlansError when a table or key is missing, unknown, of the wrong type or not positive.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlansError(f"not TOML: {error}") from error
    if set(document) != {"plans", "prices"}:
        raise PlansError(f"needs the tables plans and prices, has {sorted(document)}")
    plans = {
        name: _build(Plan, f"plans.{name}", _table(f"plans.{name}", values) | {"name": name})
        for name, values in _table("plans", document["plans"]).items()
    }
    if not plans:
        raise PlansError("plans: needs at least one")
    return MappingProxyType(plans), _build(Prices, "prices", _table("prices", document["prices"]))


def _table(where: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PlansError(f"{where}: must be a table")
    return value


def _build(kind: type[T], where: str, values: dict[str, Any]) -> T:
    declared = {field.name: field.type for field in fields(kind)}
    if set(values) != set(declared):
        raise PlansError(f"{where}: needs exactly {sorted(declared)}, has {sorted(values)}")
    for key, value in values.items():
        # Annotations are text here, and bool is a subclass of int: compare the exact type's name.
        if type(value).__name__ != declared[key]:
            raise PlansError(f"{where}.{key}: must be {declared[key]}, is {value!r}")
        if type(value) is int and value < 1:
            raise PlansError(f"{where}.{key}: must be at least 1, is {value}")
    return kind(**values)


PLANS, PRICES = parse(resources.files("og_plans").joinpath("plans.toml").read_text("utf-8"))
