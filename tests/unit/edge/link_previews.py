"""Pages as they were looked at, for tests of what platforms make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from og_edge.link_previews.cards import LinkCard
from og_edge.link_previews.inspection import (
    Hop,
    InspectedPage,
    InspectedPicture,
    Inspection,
    PageOutcome,
    PageTag,
    PictureOutcome,
)
from og_edge.link_previews.platforms import Platform
from og_edge.link_previews.report import Report, report_on

URL = "https://www.example.com/post"
CARD = "https://www.example.com/card.png"
GOOD = {
    "": "Bees of the valley | Meadow Post",
    "og:title": "Bees of the valley",
    "og:description": "Where they are, and why.",
    "og:url": URL,
    "og:site_name": "Meadow Post",
    "og:image": CARD,
    "og:image:width": "1200",
    "og:image:height": "630",
    "og:image:alt": "A hive.",
    "twitter:card": "summary_large_image",
}


def hop(url: str = URL, status: int = 200, **headers: str) -> Hop:
    told = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Hop(url, status, told, 0.1)


def tag(name: str, value: str, *, start: int = 100, in_body: bool = False) -> PageTag:
    if not name:
        return PageTag("title", "", "", value, start_byte=start)
    element = "link" if name in {"icon", "apple-touch-icon", "canonical"} else "meta"
    attribute = "property" if name.startswith("og:") else "rel" if element == "link" else "name"
    return PageTag(element, attribute, name, value, start_byte=start, is_in_body=in_body)


def picture(url: str = CARD, **changes: Any) -> InspectedPicture:
    good = InspectedPicture(
        url,
        PictureOutcome.FETCHED,
        hops=[hop(url, content_type="image/png")],
        size_bytes=90_000,
        format="png",
        width_px=1200,
        height_px=630,
        latency_s=0.2,
        preview_webp=b"webp",
    )
    return replace(good, **changes)


def page(tags: Sequence[PageTag], **changes: Any) -> InspectedPage:
    plain = InspectedPage(
        tags, URL, html_bytes=9_000, header_charset="utf-8", charset="utf-8", latency_s=0.3
    )
    return replace(plain, **changes)


def inspection(
    *tags: PageTag, pictures: Sequence[InspectedPicture] = (picture(),), **changes: Any
) -> Inspection:
    good = Inspection(PageOutcome.FETCHED, [hop()], page(tags), pictures)
    return replace(good, **changes)


def seen(*more: PageTag, without: Sequence[str] = (), **changes: str) -> Inspection:
    """Give the good page with other values, with more tags, and without some."""
    tags = [
        tag(name, changes.get(name.replace(":", "_"), value))
        for name, value in GOOD.items()
        if name not in without
    ]
    return inspection(*tags, *more)


def report(it: Inspection) -> Report:
    return report_on(it)


def card_on(platform: Platform, it: Inspection) -> LinkCard:
    [card] = [card for card in report_on(it).cards if card.platform is platform]
    return card
