"""What a platform makes of a page: the card that it would show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from urllib.parse import urlsplit

from og_edge.link_previews.inspection import (
    InspectedPage,
    InspectedPicture,
    Inspection,
    PageTag,
    PictureOutcome,
)
from og_edge.link_previews.platforms import SQUARE_RATIO, Platform
from og_edge.link_previews.robots import may_fetch

ICONS = ("apple-touch-icon", "apple-touch-icon-precomposed", "icon")


class Layout(Enum):
    """How a card is laid out."""

    LARGE = "large"
    """The picture as wide as the card."""
    THUMBNAIL = "thumbnail"
    """A small square beside the text."""
    TEXT = "text"
    """No picture."""
    NONE = "none"
    """No card: the link stays as it is."""


@dataclass(frozen=True)
class LinkCard:
    """A card as one platform shows it; `why` says why it is less than it could be, "" for no less.

    `ratio` is width by height of the picture as shown, 0 where it keeps its own.
    """

    platform: Platform
    layout: Layout
    title: str = ""
    text: str = ""
    site: str = ""
    host: str = ""
    scheme: str = "https"
    """Of the page."""
    picture: InspectedPicture | None = None
    picture_url: str = ""
    alt: str = ""
    icon: InspectedPicture | None = None
    accent: str = ""
    """The page's theme colour as it stands."""
    ratio: float = 0.0
    why: str = ""


def link_card(inspection: Inspection, platform: Platform) -> LinkCard:
    """Lay out the card of a page that came."""
    host = _host(inspection.final_url)
    if inspection.page is None:
        return LinkCard(platform, Layout.NONE, host=host, why="There is no page to read.")
    page = seen_by(platform, inspection.page)
    if is_shut_out(inspection, platform):
        why = f"robots.txt keeps {platform.robots_name} away from this page."
        return LinkCard(platform, Layout.NONE, host=host, why=why)
    title = page.text(*platform.title_tags)
    if not title:
        why = "The page has no title that it reads."
        return LinkCard(platform, Layout.NONE, host=host, why=why)
    card = LinkCard(
        platform,
        Layout.TEXT,
        title=cut(title, platform.title_chars),
        text=_text(page, platform),
        site=page.text("og:site_name") if platform.shows_site_name else "",
        host=host,
        scheme=urlsplit(inspection.final_url).scheme,
        icon=_icon(inspection, page) if platform.shows_icon else None,
        accent=page.text("theme-color"),
        alt=page.text("og:image:alt", "twitter:image:alt"),
    )
    return _with_picture(card, inspection, page)


def _text(page: InspectedPage, platform: Platform) -> str:
    return cut(page.text(*platform.text_tags), platform.text_chars) if platform.shows_text else ""


def seen_by(platform: Platform, page: InspectedPage) -> InspectedPage:
    """Leave out of a page what lies beyond where a platform stops reading."""
    if not platform.html_bytes:
        return page
    tags = [tag for tag in page.tags if tag.start_byte < platform.html_bytes]
    return replace(page, tags=tags)


def is_shut_out(inspection: Inspection, platform: Platform) -> bool:
    """Tell whether the page's host lets a platform that asks not fetch it."""
    robots = inspection.robots.text
    return bool(platform.robots_name and robots) and not may_fetch(
        robots, platform.robots_name, inspection.final_url
    )


def picture_url(page: InspectedPage, platform: Platform) -> str:
    """Give the URL of the picture that a platform takes; "" where the page names none."""
    tag = page.first(*platform.image_tags)
    if tag is None or not is_read(page, tag):
        return ""
    if not (platform.resolves_urls or is_absolute(tag.value)):
        return ""
    return page.resolved(tag)


def is_absolute(url: str) -> bool:
    """Tell whether a URL says by itself where it leads."""
    return url.lower().startswith(("https://", "http://"))


def is_read(page: InspectedPage, tag: PageTag) -> bool:
    """Tell whether what a tag names, resolved, is of a scheme that crawlers fetch."""
    return is_absolute(page.resolved(tag))


def why_not_shown(picture: InspectedPicture | None, platform: Platform) -> str:
    """Say why a platform does not show a picture; "" where it does."""
    if picture is None or not picture.is_there:
        return _why_not_there(picture)
    if picture.format not in platform.formats:
        return f"{platform.name} shows no {picture.format.upper()} pictures."
    if platform.image_bytes and picture.size_bytes > platform.image_bytes:
        return f"The picture has more bytes than {platform.name} takes."
    width, height = picture.width_px, picture.height_px
    if width < platform.smallest.width or height < platform.smallest.height:
        return f"The picture is smaller than {platform.name} shows any."
    if platform.widest_ratio and width > height * platform.widest_ratio:
        return f"The picture is wider than {platform.name} shows any."
    return ""


def cut(text: str, max_chars: int) -> str:
    """Shorten a text as platforms do; 0 is no bound."""
    if not max_chars or len(text) <= max_chars:
        return text
    return f"{text[: max_chars - 1].rstrip()}…"


def _with_picture(card: LinkCard, inspection: Inspection, page: InspectedPage) -> LinkCard:
    platform = card.platform
    url = picture_url(page, platform)
    if not url:
        return replace(card, why=_why_no_url(page, platform))
    picture = inspection.picture(url)
    if why := why_not_shown(picture, platform):
        return replace(card, picture_url=url, why=why)
    is_large = picture is not None and _is_large(picture, page, platform)
    return replace(
        card,
        layout=Layout.LARGE if is_large else Layout.THUMBNAIL,
        picture=picture,
        picture_url=url,
        ratio=platform.ratio if is_large else SQUARE_RATIO,
    )


def _why_no_url(page: InspectedPage, platform: Platform) -> str:
    tag = page.first(*platform.image_tags)
    if tag is None:
        return "It finds no tag that names a picture."
    if not is_read(page, tag):
        return "The picture has no http or https URL, and no other is read."
    return "It takes no relative URL."


def _why_not_there(picture: InspectedPicture | None) -> str:
    if picture is not None and picture.outcome is PictureOutcome.TOO_LARGE:
        return "The picture is too large to be looked at here: it has more than 6 MiB."
    return "The picture could not be fetched."


def _is_large(picture: InspectedPicture, page: InspectedPage, platform: Platform) -> bool:
    width, height = picture.width_px, picture.height_px
    if not platform.is_large_for(page.text("twitter:card").lower()):
        return False
    if platform.wants_landscape and width <= height:
        return False
    return width >= platform.smallest_large.width and height >= platform.smallest_large.height


def _icon(inspection: Inspection, page: InspectedPage) -> InspectedPicture | None:
    found = (inspection.picture(page.resolved(tag)) for tag in page.all(*ICONS))
    return next((icon for icon in found if icon is not None and icon.preview_webp), None)


def _host(url: str) -> str:
    return (urlsplit(url).netloc or "").removeprefix("www.")
