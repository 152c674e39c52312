"""Which pages of sites were seen to be verified, by what the last looks at them showed."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from og_edge.judging import cards_carried
from og_edge.looks import PageLook, PageLooks
from og_edge.sites import Site, TagPolicy
from og_edge.tags import TagReader
from og_edge.templates import TemplateCatalog


class SeenPage(NamedTuple):
    """The last look at a page of a site, and whether its tag verified it for some card."""

    look: PageLook
    is_verified: bool


class SiteStates:
    """Judges looks without a card in mind: what crawlers ask for is what the tag says."""

    def __init__(self, looks: PageLooks, reader: TagReader, catalog: TemplateCatalog) -> None:
        self._looks = looks
        self._reader = reader
        self._catalog = catalog

    async def last_verified(self, account_id: str, sites: Sequence[Site]) -> Mapping[str, PageLook]:
        """Give by site id the last look at a page that is verified; sites without are missing."""
        templates = await self._catalog.all()
        looks = await self._looks.tagged(account_id, [site.site_id for site in sites])
        found = {}
        for site in sites:
            for look in looks.get(site.site_id, ()):
                if self._verifies(look, site, templates):
                    found[site.site_id] = look
                    break
        return found

    async def pages(self, account_id: str, site: Site) -> Sequence[SeenPage]:
        """Give the pages of a site that were looked at last, newest first."""
        templates = await self._catalog.all()
        looks = await self._looks.recent(account_id, site.site_id)
        return [SeenPage(look, self._verifies(look, site, templates)) for look in looks]

    def _verifies(self, look: PageLook, site: Site, templates: Container[str]) -> bool:
        if not site.names(urlsplit(look.final_url).netloc):
            return False  # it led elsewhere, or nowhere
        tags = [self._reader.read(tag) for tag in look.tags]
        if site.tag_policy is TagPolicy.ANY:
            return any(tag.is_ours and tag.site_id == site.site_id for tag in tags)
        page_href = look.canonical_url or look.page_url
        return bool(cards_carried(tags, site.site_id, page_href, templates))
