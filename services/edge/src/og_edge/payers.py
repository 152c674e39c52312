"""Through what an account's credits go: its API keys, its sites and the dashboard, by name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from og_edge.api_keys import ApiKeys
from og_edge.deadline import Deadline
from og_edge.sites import Site, Sites

DASHBOARD: Final = "Dashboard"
UNKNOWN: Final = "not noted"
"""Of generations from before it was."""
_SITE_ID_PREFIX: Final = "site_"


@dataclass(frozen=True)
class PayerNames:
    """What keys and sites are called; those that are gone go by their ids."""

    names: Mapping[str, str]
    sites: Sequence[Site]

    def of(self, payer_id: str | None) -> str:
        """Call a payer: "" is the account itself, None is not known."""
        if payer_id is None:
            return UNKNOWN
        if not payer_id:
            return DASHBOARD
        return self.names.get(payer_id, payer_id)

    def kind(self, payer_id: str | None) -> str:
        """Say what a payer is; "" where its name says so."""
        if not payer_id:
            return ""
        return "site" if payer_id.startswith(_SITE_ID_PREFIX) else "API key"


class Payers:
    """Knows what payers are called. Raises RemoteError and TimeoutError."""

    def __init__(self, api_keys: ApiKeys, sites: Sites) -> None:
        self._api_keys = api_keys
        self._sites = sites

    async def names(self, account_id: str, deadline: Deadline) -> PayerNames:
        """Give the names of an account's payers, sites first."""
        sites, keys = await asyncio.gather(
            self._sites.of(account_id, deadline), self._api_keys.of(account_id, deadline)
        )
        names = {site.site_id: site.domain for site in sites}
        names |= {key.api_key_id: key.display_name or key.api_key_id for key in keys}
        return PayerNames(names, sites)
