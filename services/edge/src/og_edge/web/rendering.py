"""Templates to HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from og_plans import PACKS, PLANS, PRICES

MINUTE_FORMAT: Final = "%-d %b %Y, %H:%M UTC"
DAY_FORMAT: Final = "%-d %b %Y"
CENTS: Final = 100


class Renderer:
    """Renders the templates beside this file; all text is escaped."""

    def __init__(self, static_url: Callable[[str], str]) -> None:
        self._environment = Environment(
            loader=PackageLoader("og_edge.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(static=static_url, plans=PLANS, packs=PACKS, prices=PRICES)
        self._environment.filters.update(number=number, usd=usd, minute=minute, day=day, iso=iso)

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """Fill a template, named by its path below `templates`."""
        return self._environment.get_template(template).render(context)


def number(value: int) -> str:
    """Write a whole number with its thousands apart."""
    return f"{value:,}"


def usd(cents: int) -> str:
    """Write a price in US dollars, without cents where there are none."""
    dollars, rest = divmod(cents, CENTS)
    return f"${dollars:,}.{rest:02}" if rest else f"${dollars:,}"


def minute(time: dt.datetime) -> str:
    """Write a moment to the minute."""
    return time.astimezone(dt.UTC).strftime(MINUTE_FORMAT)


def day(time: dt.date) -> str:
    """Write a day."""
    return time.strftime(DAY_FORMAT)


def iso(time: dt.datetime) -> str:
    """Write a moment for machines (RFC 3339)."""
    return time.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def packaged(folder: str) -> dict[str, bytes]:
    """Read all files of a folder beside this file, by their paths below it."""
    found: dict[str, bytes] = {}
    waiting = [("", resources.files("og_edge.web").joinpath(folder))]
    while waiting:
        prefix, place = waiting.pop()
        for entry in place.iterdir():
            if entry.is_dir():
                waiting.append((f"{prefix}{entry.name}/", entry))
            else:
                found[f"{prefix}{entry.name}"] = entry.read_bytes()
    return found
