"""The request that a generation of the past answered, so that it can be made again."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import og_urls.page_url as urls
from og_edge.card_request import CardRequest
from og_edge.cards import Generation
from og_edge.errors import UrlNotAllowedError
from og_edge.options import CardSize, ImageFormat, Mode, Theme


def request_of(generation: Generation, loopback_targets: frozenset[str]) -> CardRequest:
    """Read the request for a generation's card out of its line, as card_options wrote it.

    An option that its time did not know, or that was not written where it was the default, has its
    default. Raises UrlNotAllowedError where the page may not be read any more.
    """
    options: dict[str, Any] = dict(generation.options)
    try:
        url = urls.parse_page_url(generation.page_url, loopback_targets=loopback_targets)
    except urls.UrlNotAllowedError as error:
        raise UrlNotAllowedError(f"url: {error}") from None
    return CardRequest(
        url=url,
        template_id=generation.template_id,
        theme=Theme(options.get("theme", Theme.LIGHT)),
        accent_color=options.get("accentColor", ""),
        gradient=options.get("gradientBg", False),
        mode=Mode(options.get("mode", Mode.STANDARD)),
        size=CardSize(options.get("size", CardSize.WIDE)),
        format=ImageFormat(options.get("format", ImageFormat.PNG)),
        overrides=MappingProxyType(dict(options.get("overrides", {}))),
    )
