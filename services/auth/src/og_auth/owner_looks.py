from __future__ import annotations

from collections.abc import Sequence

from og_auth import sites
from og_auth.errors import SiteNotFoundError
from og_auth.looks import Looks
from og_auth.registry.sites import Sites


class OwnerLooks:
    """Has the looks remembered that owners take at their own pages."""

    def __init__(self, registry: Sites, looks: Looks, loopback_targets: frozenset[str]) -> None:
        self._registry = registry
        self._looks = looks
        self._loopback_targets = loopback_targets

    async def record(
        self,
        account_id: str,
        site_id: str,
        page_url: str,
        final_url: str,
        card_digests: Sequence[bytes],
    ) -> bool:
        """Remember which cards a page carries; false where it, or its end, is not the site's.

        Raises SiteNotFoundError where the account has no such site.
        """
        site = await self._registry.get(site_id)
        if site.account_id != account_id:
            raise SiteNotFoundError
        page = sites.parse_page(page_url, self._loopback_targets)
        final = sites.parse_page(final_url, self._loopback_targets)
        if not (page and final and site.hosts.includes(page) and site.hosts.includes(final)):
            return False
        claims = (sites.claim(site_id, site.tag_policy, page, each) for each in card_digests)
        await self._looks.remember_owners(list(dict.fromkeys(claims)))
        return True
