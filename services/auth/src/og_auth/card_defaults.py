"""How the cards of a site look where its owner says nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from og_auth.errors import InvalidCardDefaultsError
from og_urls import UrlNotAllowedError, parse_page_url

MAX_TEMPLATE_ID_CHARS: Final = 64
THEMES: Final = ("light", "dark")

_TEMPLATE_ID: Final = re.compile(r"[a-z0-9]+(?:[/_-][a-z0-9]+)*")
_COLOR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class CardDefaults:
    """What a new tag starts from; each is empty where nothing is preferred."""

    template_id: str = ""
    theme: str = ""
    accent_color: str = ""
    logo_url: str = ""


def checked_card_defaults(defaults: CardDefaults, loopback_targets: frozenset[str]) -> CardDefaults:
    """Give them with the logo's URL in its normal form, or raise InvalidCardDefaultsError.

    Which templates there are is not known here: one that is gone is as good as none.
    """
    template_id = defaults.template_id
    if template_id and not (
        len(template_id) <= MAX_TEMPLATE_ID_CHARS and _TEMPLATE_ID.fullmatch(template_id)
    ):
        raise InvalidCardDefaultsError("template_id", "Use a template's id such as article/news.")
    if defaults.theme and defaults.theme not in THEMES:
        raise InvalidCardDefaultsError("theme", "Use light or dark.")
    if defaults.accent_color and not _COLOR.fullmatch(defaults.accent_color):
        raise InvalidCardDefaultsError(
            "accent_color", "Use # and 6 hex digits in lower case, as in #6366f1."
        )
    return replace(defaults, logo_url=_checked_logo(defaults.logo_url, loopback_targets))


def _checked_logo(text: str, loopback_targets: frozenset[str]) -> str:
    if not text:
        return ""
    try:
        return parse_page_url(text, loopback_targets=loopback_targets).href
    except UrlNotAllowedError as error:
        raise InvalidCardDefaultsError("logo_url", str(error)) from None
