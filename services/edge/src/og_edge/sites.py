"""Sites as their owners see them: hosts whose pages may show cards at the account's cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol, TypedDict

from og_edge.deadline import Deadline

MAX_SITES: Final = 100
MAX_FURTHER_HOSTS: Final = 20
MAX_DOMAIN_CHARS: Final = 253
DAILY_GENERATIONS_MAX: Final = 1_000_000
DAILY_CREDITS_MAX: Final = 1_000_000_000


class TagPolicy(Enum):
    """What a page's tag must carry beside the site's id: the card that is asked for, or any."""

    SAME_CARD = "same_card"
    ANY = "any"


@dataclass(frozen=True)
class CardDefaults:
    """What the tags that the dashboard writes start from; "" where nothing is preferred.

    `theme` is "light" or "dark", `accent_color` "#rrggbb", `logo_url` absolute.
    """

    template_id: str = ""
    theme: str = ""
    accent_color: str = ""
    logo_url: str = ""


@dataclass(frozen=True)
class Site:
    """A registered site.

    `daily_generations_max` is what the owner set, else the plan's; `daily_credits_max` 0 is no
    limit. `serves_fallback` says whether a request that fails for no fault of its own gets a card
    all the same.
    """

    site_id: str
    account_id: str
    domain: str
    create_time: dt.datetime
    further_hosts: Sequence[str]
    includes_subdomains: bool
    tag_policy: TagPolicy
    daily_generations_max: int
    daily_credits_max: int
    suspend_time: dt.datetime | None
    card_defaults: CardDefaults
    serves_fallback: bool

    def names(self, host: str) -> bool:
        """Tell whether a host looks like the site's; whether it is, auth decides."""
        bare, domain = host.removeprefix("www."), self.domain.removeprefix("www.")
        return (
            bare == domain
            or host in self.further_hosts
            or (self.includes_subdomains and host.endswith(f".{self.domain}"))
        )


class SiteChanges(TypedDict, total=False):
    """What is to be set of a site; `daily_generations_max` 0 is the plan's."""

    further_hosts: Sequence[str]
    includes_subdomains: bool
    tag_policy: TagPolicy
    daily_generations_max: int
    daily_credits_max: int
    card_defaults: CardDefaults
    serves_fallback: bool


class Sites(Protocol):
    """The sites of accounts.

    Every method raises RemoteError: where the account has no such site with the reason
    SITE_NOT_FOUND, for what is wrong with a value with field_violations by the names here; and
    TimeoutError at the deadline.
    """

    async def of(self, account_id: str, deadline: Deadline) -> Sequence[Site]:
        """Give an account's sites, newest first; at most MAX_SITES."""

    async def get(self, account_id: str, site_id: str, deadline: Deadline) -> Site:
        """Give one."""

    async def create(self, account_id: str, domain: str, deadline: Deadline) -> Site:
        """Register a domain, or give the site that the account has of it."""

    async def update(
        self, account_id: str, site_id: str, changes: SiteChanges, deadline: Deadline
    ) -> Site:
        """Set what changes name, at least one thing; the rest stays."""

    async def delete(self, account_id: str, site_id: str, deadline: Deadline) -> None:
        """Forget a site; its id is denied from the next request on."""
