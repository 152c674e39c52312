"""Which windows a request draws on.

An account has one window: requests by key are prior in it, so that a site id that runs wild, which
stands in public HTML, leaves the keys all of their limit. Where the operator lets existing cards
asked for by site have a window of their own, a multiple as large, only new cards asked for by site
draw on the account's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from og_auth.accounts import Account
from og_auth.clients import Client
from og_auth.rate_limits import Draw, Window

FAILED_ATTEMPTS_PER_MINUTE: Final = 60
_FAILURES: Final = "auth:failures:"


@dataclass(frozen=True, slots=True)
class Quotas:
    """Windows where requests by site have one `site_card_window_factor` times the account's."""

    site_card_window_factor: int = 1

    @property
    def new_cards_apart(self) -> bool:
        """Whether a new card asked for by site draws on a window besides the request's."""
        return self.site_card_window_factor > 1

    def by_key(self, account: Account) -> Draw:
        """Draw for a request by key."""
        return Draw(_account_window(account), prior=True)

    def by_site(self, account: Account) -> Draw:
        """Draw for a request by one of the account's sites."""
        if not self.new_cards_apart:
            return Draw(_account_window(account))
        limit = account.rate_limit * self.site_card_window_factor
        return Draw(Window(f"auth:site_requests:{{{account.account_id}}}", limit))

    def new_card(self, account: Account) -> Draw:
        """Draw for a new card asked for by site, where they are apart."""
        return Draw(_account_window(account))


def failed_attempt(client: Client) -> Draw:
    """Draw for a failed authentication or verification."""
    return Draw(Window(f"{_FAILURES}{{{client.digest}}}", FAILED_ATTEMPTS_PER_MINUTE))


def counts_failures(draw: Draw) -> bool:
    """Tell whether a draw is on an address's window, not on an account's."""
    return draw.window.key.startswith(_FAILURES)


def _account_window(account: Account) -> Window:
    # The braces keep what belongs to one account on one node of a cluster.
    return Window(f"auth:requests:{{{account.account_id}}}", account.rate_limit)
