"""What requests show, as it is kept: keys, sites and sessions, what they may do and who pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from og_auth.accounts import Account
from og_auth.api_keys import Scope
from og_auth.sites import SiteRules
from og_auth.verification import Memory


class Lookup(NamedTuple):
    """What to look up: a key's digest, a site and perhaps a page with a card, or a session's."""

    key_digest: bytes | None = None
    site_id: str | None = None
    page_digest: bytes | None = None
    card_digest: bytes = b""
    session_digest: bytes | None = None


class Payer(NamedTuple):
    """A key or site, and what may be spent through it on one day of UTC; 0: without a limit."""

    payer_id: str
    daily_credits_max: int
    daily_generations_max: int


class Credential(NamedTuple):
    """What a lookup found; payer_id is the key's or site's id, empty of a session.

    `daily_generations_max` is what the site's owner set, if anything; `memory` is of earlier looks
    at the page that was looked up.
    """

    account: Account
    payer_id: str
    scopes: frozenset[Scope]
    is_suspended: bool
    daily_credits_max: int
    daily_generations_max: int | None = None
    site: SiteRules | None = None
    memory: Memory | None = None

    @property
    def is_key(self) -> bool:
        """Whether an API key was shown."""
        return self.site is None and bool(self.payer_id)

    @property
    def payer(self) -> Payer | None:
        """Through what it is paid; a key's new cards have no limit. By session the account pays."""
        if not self.payer_id:
            return None
        generations_max = 0
        if self.site is not None:
            plans = self.account.plan.daily_generations_per_site
            generations_max = self.daily_generations_max or plans
        return Payer(self.payer_id, self.daily_credits_max, generations_max)


class CredentialStore(Protocol):
    """Where credentials are kept."""

    async def find_credentials(self, lookups: Sequence[Lookup]) -> dict[Lookup, Credential]:
        """Look up many at once; what is not there, revoked or expired is not in the answer."""
