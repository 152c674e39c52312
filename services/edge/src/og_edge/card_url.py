"""The URL of a card as tags and programs write it: what card_request.py reads, the other way."""

from __future__ import annotations

from urllib.parse import quote

from og_edge.card_path import API_PATH
from og_edge.card_request import CardRequest
from og_edge.options import CardSize, ImageFormat, Mode, Theme

_SAFE = "/:"
"""What is legible in a query as it is, and means nothing there."""


def card_url(request: CardRequest, base_url: str) -> str:
    """Give the URL of a card, with nothing in it that is a default.

    It is ASCII without spaces and quotes, so that it can stand in HTML (where its "&" is to be
    escaped) and in quoted text of any programming language.
    """
    return _url(base_url, {**_identity(request), "url": request.url.href, **_choices(request)})


def card_url_prefix(request: CardRequest, base_url: str) -> str:
    """Give the URL of a card up to its page's, which is to be appended percent-encoded."""
    return _url(base_url, {**_identity(request), **_choices(request), "url": ""})


def _identity(request: CardRequest) -> dict[str, str]:
    site = {"site": request.site_id} if request.site_id else {}
    return {**site, "template": request.template_id}


def _choices(request: CardRequest) -> dict[str, str]:
    options = {
        "theme": request.theme.value if request.theme is not Theme.LIGHT else "",
        "accentColor": request.accent_color,
        "gradientBg": "true" if request.gradient else "",
        "size": request.size.value if request.size is not CardSize.WIDE else "",
        "format": request.format.value if request.format is not ImageFormat.PNG else "",
        "mode": request.mode.value if request.mode is not Mode.STANDARD else "",
        "refresh": "true" if request.refresh else "",
    }
    chosen = {name: value for name, value in options.items() if value}
    return {**chosen, **dict(sorted(request.overrides.items()))}  # an empty override says something


def _url(base_url: str, parameters: dict[str, str]) -> str:
    query = "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in parameters.items())
    return f"{base_url}{API_PATH}?{query}"
