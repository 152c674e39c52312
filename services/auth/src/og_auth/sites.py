"""Sites: hosts whose pages may show cards at an account's cost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Final, TypedDict

from og_auth.card_defaults import CardDefaults
from og_auth.errors import InvalidDailyLimitError
from og_auth.host_policy import HostPolicy
from og_plans import PLANS
from og_urls import MAX_URL_CHARS, PageUrl, UrlNotAllowedError, parse_page_url

MAX_SITES: Final = 100
MAX_DELETED_SITES: Final = 1_000
"""So many of an account are remembered, the latest, to tell whose they were."""
DAILY_GENERATIONS_MAX: Final = 1_000_000
DAILY_CREDITS_MAX: Final = 1_000_000_000
MAX_KNOWN_PAGES: Final = 2_000
"""So many URLs need not be parsed again: 2,048 characters at most each, in two spellings."""


class TagPolicy(Enum):
    """What a page's tag must carry beside the site's id: the card that is asked for, or any."""

    SAME_CARD = "same_card"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Site:
    """A registered site; `daily_credits_max` 0 is no limit."""

    site_id: str
    account_id: str
    hosts: HostPolicy
    tag_policy: TagPolicy
    daily_generations_override: int | None
    daily_credits_max: int
    plan_id: str
    create_time: datetime
    suspend_time: datetime | None
    suspend_reason: str
    card_defaults: CardDefaults
    serves_fallback: bool

    @property
    def daily_generations_max(self) -> int:
        """New cards on one day of UTC: what the owner set, else the plan's."""
        return self.daily_generations_override or PLANS[self.plan_id].daily_generations_per_site


@dataclass(frozen=True, slots=True)
class DeletedSite:
    """What is remembered of a site that was deleted."""

    site_id: str
    delete_time: datetime


class SiteChanges(TypedDict, total=False):
    """What is to be set of a site; `daily_generations_max` 0 is the plan's."""

    further_hosts: tuple[str, ...]
    includes_subdomains: bool
    tag_policy: TagPolicy
    daily_generations_max: int
    daily_credits_max: int
    card_defaults: CardDefaults
    serves_fallback: bool


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a request for a page of a site is held against, and gets where it fails."""

    hosts: HostPolicy
    tag_policy: TagPolicy
    serves_fallback: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """That a page shows what its site's policy asks for; digests are SHA-256.

    `card_digest` is empty where any card will do, and where the caller could name none;
    `has_query` is the page's URL's.
    """

    site_id: str
    tag_policy: TagPolicy
    page_digest: bytes
    card_digest: bytes
    has_query: bool = False


def checked_limits(changes: SiteChanges) -> None:
    """Raise InvalidDailyLimitError for a limit outside its range."""
    if not 0 <= changes.get("daily_generations_max", 0) <= DAILY_GENERATIONS_MAX:
        raise InvalidDailyLimitError("daily_generations_max", DAILY_GENERATIONS_MAX)
    if not 0 <= changes.get("daily_credits_max", 0) <= DAILY_CREDITS_MAX:
        raise InvalidDailyLimitError("daily_credits_max", DAILY_CREDITS_MAX)


def parse_page(text: str, loopback_targets: frozenset[str]) -> PageUrl | None:
    """Read a page's URL; None for what no site can match."""
    return None if len(text) > MAX_URL_CHARS else _parse_page(text, loopback_targets)


@lru_cache(MAX_KNOWN_PAGES)
def _parse_page(text: str, loopback_targets: frozenset[str]) -> PageUrl | None:
    try:
        return parse_page_url(text, loopback_targets=loopback_targets)
    except UrlNotAllowedError:
        return None


def page_digest(url: PageUrl) -> bytes:
    """Give what stands for a page's URL in stores, 32 bytes."""
    return hashlib.sha256(url.href.encode()).digest()


def claim(site_id: str, policy: TagPolicy, url: PageUrl, card_digest: bytes) -> Claim:
    """Say what a page has to show for a card under a site's policy."""
    same_card = policy is TagPolicy.SAME_CARD
    digest = card_digest if same_card else b""
    return Claim(site_id, policy, page_digest(url), digest, has_query="?" in url.href)


def differ_in_query_only(url: PageUrl, other: PageUrl) -> bool:
    """Tell whether two URLs have the same origin and path, and another query."""
    return url != other and url.href.partition("?")[0] == other.href.partition("?")[0]
