from __future__ import annotations

import re

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?\b")


def language_tag(text: str) -> str:
    """Return the BCP 47 tag that a text begins with, in its usual case; empty where none."""
    match = _TAG.match(text.strip())
    if match is None:
        return ""
    language, script, region = match.groups()
    parts = [language.lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)
