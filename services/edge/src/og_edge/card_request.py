"""What a client asks for: the query of /api/og, parsed and checked without any framework."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

import og_urls.page_url as urls
from og_edge.errors import InvalidParameterError, UrlNotAllowedError
from og_edge.options import CardSize, ImageFormat, Mode, Theme
from og_edge.query import split_query

MAX_TEMPLATE_CHARS: Final = 64
MAX_SITE_CHARS: Final = 64
MAX_OVERRIDE_CHARS: Final = 2_048

OPTIONS: Final = frozenset(
    {
        "url",
        "template",
        "site",
        "theme",
        "accentColor",
        "gradientBg",
        "mode",
        "refresh",
        "size",
        "format",
    }
)

_COLOR = re.compile(r"#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SHORT_COLOR_CHARS: Final = 3


Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class CardRequest:
    """One card, as asked for.

    `accent_color` is "#rrggbb" in lower case, or empty for the template's own. `overrides` holds
    every parameter that is not an option, drawn or not, with its white space as it came: what of
    it means something depends on the template.
    """

    url: urls.PageUrl
    template_id: str
    site_id: str = ""
    theme: Theme = Theme.LIGHT
    accent_color: str = ""
    gradient: bool = False
    mode: Mode = Mode.STANDARD
    refresh: bool = False
    size: CardSize = CardSize.WIDE
    format: ImageFormat = ImageFormat.PNG
    overrides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def parse_card_request(
    query: bytes,
    *,
    in_path: Mapping[str, str] = MappingProxyType({}),
    loopback_targets: frozenset[str] = frozenset(),
) -> CardRequest:
    """Read the query string of a card, and the options that its path names already.

    Raises InvalidParameterError and UrlNotAllowedError, each saying what to change.
    """
    parameters = split_query(query)
    for name, value in in_path.items():
        if parameters.setdefault(name, value) != value:
            raise InvalidParameterError(
                f"{name} is another one in the query than in the path; give it once."
            )
    return CardRequest(
        url=_page_url(_required(parameters, "url"), loopback_targets),
        template_id=_bounded("template", _required(parameters, "template"), MAX_TEMPLATE_CHARS),
        site_id=_bounded("site", parameters.get("site", ""), MAX_SITE_CHARS),
        theme=_choice(parameters, "theme", Theme),
        accent_color=_color(parameters),
        gradient=_flag(parameters, "gradientBg"),
        mode=_choice(parameters, "mode", Mode),
        refresh=_flag(parameters, "refresh"),
        size=_choice(parameters, "size", CardSize),
        format=_choice(parameters, "format", ImageFormat),
        overrides=MappingProxyType(
            {
                name: _override(name, value)
                for name, value in parameters.items()
                if name not in OPTIONS
            }
        ),
    )


def _required(parameters: Mapping[str, str], name: str) -> str:
    if not (value := parameters.get(name, "")):
        raise InvalidParameterError(f"{name} is required.")
    return value


def _bounded(name: str, value: str, max_chars: int) -> str:
    if len(value) > max_chars:
        raise InvalidParameterError(f"{name} has at most {max_chars} characters.")
    return value


def _page_url(text: str, loopback_targets: frozenset[str]) -> urls.PageUrl:
    try:
        return urls.parse_page_url(text, loopback_targets=loopback_targets)
    except urls.UrlNotAllowedError as error:
        raise UrlNotAllowedError(f"url: {error}") from None


def _choice(parameters: Mapping[str, str], name: str, kind: type[Choice]) -> Choice:
    allowed = list(kind)
    value = parameters.get(name, allowed[0].value)
    if value not in allowed:
        *others, last = allowed
        raise InvalidParameterError(f"{name} is {', '.join(others)} or {last}.")
    return kind(value)


def _flag(parameters: Mapping[str, str], name: str) -> bool:
    value = parameters.get(name, "false")
    if value not in {"true", "false"}:
        raise InvalidParameterError(f"{name} is true or false.")
    return value == "true"


def _color(parameters: Mapping[str, str]) -> str:
    value = parameters.get("accentColor")
    return "" if value is None else read_color(value)


def read_color(value: str) -> str:
    """Read a colour of 3 or 6 hex digits, with or without #, as "#rrggbb" in lower case.

    Raises InvalidParameterError.
    """
    if not _COLOR.fullmatch(value):
        raise InvalidParameterError(
            "accentColor is a hex colour such as %2316a34a (an encoded #16a34a)."
        )
    digits = value.removeprefix("#").lower()
    if len(digits) == _SHORT_COLOR_CHARS:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}"


def _override(name: str, value: str) -> str:
    if len(value) > MAX_OVERRIDE_CHARS:
        raise InvalidParameterError(
            f"{name} has {len(value):,} characters; at most {MAX_OVERRIDE_CHARS:,} are allowed."
        )
    if _CONTROL.search(value):
        raise InvalidParameterError(f"Remove control characters from {name}.")
    return value
