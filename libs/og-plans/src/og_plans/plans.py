"""Plans, packs and prices as constants, read once from `plans.toml` beside this file."""

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
    requests; `daily_generations_per_site` are the new cards that one site may ask for on a day of
    UTC, unless its owner says otherwise. A plan without a price is free.
    """

    name: str
    rate_limit_per_minute: int
    monthly_credits: int
    ai_allowed: bool
    daily_generations_per_site: int
    monthly_price_usd_cents: int


@dataclass(frozen=True, slots=True)
class Pack:
    """Credits that are bought once and do not expire."""

    name: str
    credits: int
    price_usd_cents: int


@dataclass(frozen=True, slots=True)
class Prices:
    """What each kind of answer costs, in credits."""

    cached_card_credits: int
    generation_credits: int
    ai_generation_credits: int


@dataclass(frozen=True, slots=True)
class Table:
    """All that the file says; plans and packs by name."""

    plans: Mapping[str, Plan]
    packs: Mapping[str, Pack]
    prices: Prices


T = TypeVar("T", Plan, Pack, Prices)

_MAY_BE_ZERO = frozenset({"monthly_price_usd_cents"})


class PlansError(ValueError):
    """The file of plans is wrong; the message says where and what."""


def parse(text: str) -> Table:
    """Read plans, packs and prices from TOML text.

    Raises PlansError when a table or key is missing, unknown, of the wrong type or not positive.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlansError(f"not TOML: {error}") from error
    if set(document) != {"plans", "packs", "prices"}:
        raise PlansError(f"needs the tables plans, packs and prices, has {sorted(document)}")
    return Table(
        plans=_named(Plan, "plans", document["plans"]),
        packs=_named(Pack, "packs", document["packs"]),
        prices=_build(Prices, "prices", _table("prices", document["prices"])),
    )


def _named(kind: type[T], where: str, tables: object) -> Mapping[str, T]:
    built = {
        name: _build(kind, f"{where}.{name}", _table(f"{where}.{name}", values) | {"name": name})
        for name, values in _table(where, tables).items()
    }
    if not built:
        raise PlansError(f"{where}: needs at least one")
    return MappingProxyType(built)


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
        least = 0 if key in _MAY_BE_ZERO else 1
        if type(value) is int and value < least:
            raise PlansError(f"{where}.{key}: must be at least {least}, is {value}")
    return kind(**values)


_TABLE = parse(resources.files("og_plans").joinpath("plans.toml").read_text("utf-8"))
PLANS, PACKS, PRICES = _TABLE.plans, _TABLE.packs, _TABLE.prices
