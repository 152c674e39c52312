from __future__ import annotations

import re

from babel.core import get_global

REGION_LETTERS = 2
# Domains of countries that are used for what they spell.
_GENERIC_DOMAINS = frozenset(
    {"ai", "app", "cc", "co", "eu", "fm", "gg", "io", "ly", "me", "sh", "tv", "ws"}
)
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?\b")


def language_tag(text: str) -> str:
    """Return the BCP 47 tag that a text begins with, in its usual case; empty where none."""
    match = _TAG.match(text.strip())
    if match is None:
        return ""
    language, script, region = match.groups()
    parts = [language.lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)


def region_of(tag: str) -> str:
    """Return a language tag's region: "AT" of de-AT; empty where it names none."""
    last = tag.rpartition("-")[2]
    return last if len(last) == REGION_LETTERS and last.isupper() else ""


def territory_of(host: str) -> str:
    """Return the ISO 3166 code of the country whose domain a host is in; empty where of none."""
    domain = host.rpartition(".")[2]
    if len(domain) != REGION_LETTERS or domain in _GENERIC_DOMAINS:
        return ""
    return "GB" if domain == "uk" else domain.upper()


def home_of(tag: str) -> str:
    """Return the ISO 3166 code of the country where most read a language (CLDR); else empty."""
    likely: str = get_global("likely_subtags").get(tag.replace("-", "_"), "")
    return region_of(likely.replace("_", "-"))
