"""Cards of sites themselves, for when the card that is asked for cannot be had."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from og_edge.options import CardSize, ImageFormat
from og_edge.sites import Site

LOOK_VERSION: Final = 1
"""Raised when brand cards are drawn otherwise than before, so that all are drawn anew."""
TOUCH_INTERVAL: Final = dt.timedelta(days=1)
"""How exactly the last use of a brand card is known."""
KEPT_UNUSED: Final = dt.timedelta(days=90)
"""A site that is gone, however it went, leaves no brand card for longer."""


class BrandName(NamedTuple):
    """Which brand card: of which site of whom, and its proportions and format."""

    account_id: str
    site_id: str
    size: CardSize = CardSize.WIDE
    format: ImageFormat = ImageFormat.PNG


@dataclass(frozen=True)
class BrandCard:
    """A brand card that is kept.

    `look_digest` tells what it was drawn from; `redraw_time` is set where its logo could not be
    had.
    """

    name: BrandName
    look_digest: bytes
    object_name: str
    digest: str
    size_bytes: int
    redraw_time: dt.datetime | None = None


class BrandStore(Protocol):
    """What is known of brand cards. Whatever is forgotten leaves its object to the orphans."""

    async def find(self, name: BrandName) -> BrandCard | None:
        """Give what is kept under name, and note that it was used."""

    async def publish(self, card: BrandCard) -> None:
        """Put a card, whose object was expected, in the place of what was kept under its name."""

    async def forget_site(self, account_id: str, site_id: str) -> None:
        """Forget a site's brand cards."""

    async def forget_of(self, account_id: str, at_most: int) -> int:
        """Forget brand cards of an account; tell how many."""

    async def forget_unused(self, at_most: int) -> int:
        """Forget brand cards that were not used for KEPT_UNUSED; tell how many."""


def look_digest(site: Site, name: BrandName) -> bytes:
    """Digest all that a site's brand card is drawn from: 32 bytes."""
    defaults = site.card_defaults
    look: Mapping[str, object] = {
        "version": LOOK_VERSION,
        "domain": site.domain,
        "theme": defaults.theme,
        "accent": defaults.accent_color,
        "logo": defaults.logo_url,
        "size": name.size.value,
        "format": name.format.value,
    }
    return hashlib.sha256(json.dumps(look, sort_keys=True).encode()).digest()
