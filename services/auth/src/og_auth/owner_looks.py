from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from og_auth import sites
from og_auth.errors import InvalidCanonicalUrlError, SiteNotFoundError
from og_auth.looks import Looks, Subject
from og_auth.registry.sites import Sites
from og_auth.sites import Site, TagPolicy
from og_urls import PageUrl


@dataclass(frozen=True, slots=True)
class OwnLook:
    """What an owner's own look showed: which cards the tags with the site's id carry, if any.

    Where `page_url` was looked at in the place of `alias_url`, `alias_card_digests` are those of
    the same cards for that.
    """

    page_url: str
    final_url: str
    has_tag: bool
    card_digests: Sequence[bytes]
    alias_url: str
    alias_card_digests: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a page, and where it was found, is the site's, and what its tags must carry."""

    is_of_site: bool
    tag_policy: TagPolicy


class OwnerLooks:
    """Has the looks remembered that owners take at their own pages."""

    def __init__(self, registry: Sites, looks: Looks, loopback_targets: frozenset[str]) -> None:
        self._registry = registry
        self._looks = looks
        self._loopback_targets = loopback_targets

    async def record(self, account_id: str, site_id: str, look: OwnLook) -> Standing:
        """Remember which cards a page of the site carries.

        Raises SiteNotFoundError where the account has no such site, InvalidCanonicalUrlError where
        the page cannot stand for its alias.
        """
        if not account_id:  # which would be anybody's
            raise SiteNotFoundError
        site = await self._registry.get(site_id, account_id)
        page = sites.parse_page(look.page_url, self._loopback_targets)
        final = sites.parse_page(look.final_url, self._loopback_targets)
        if not (page and final and site.hosts.includes(page) and site.hosts.includes(final)):
            return Standing(is_of_site=False, tag_policy=site.tag_policy)
        alias = self._alias(look, page)
        await self._looks.remember_owners(list(dict.fromkeys(_subjects(site, page, alias, look))))
        return Standing(is_of_site=True, tag_policy=site.tag_policy)

    def _alias(self, look: OwnLook, page: PageUrl) -> PageUrl | None:
        if not look.alias_url:
            return None
        alias = sites.parse_page(look.alias_url, self._loopback_targets)
        if alias is None or not sites.differ_in_query_only(alias, page):
            raise InvalidCanonicalUrlError("alias_url")
        return alias


def _subjects(site: Site, page: PageUrl, alias: PageUrl | None, look: OwnLook) -> Iterator[Subject]:
    """Say what a look proves: a card each or, where any tag will do, the page at once."""
    of_alias = look.alias_card_digests or look.card_digests
    cards = list(zip(look.card_digests, of_alias, strict=True))
    if site.tag_policy is TagPolicy.ANY:
        cards = [(b"", b"")] if cards or look.has_tag else []
    for digest, alias_digest in cards:
        shown = sites.claim(site.site_id, site.tag_policy, page, digest)
        if alias is None:
            yield Subject(shown)
        else:
            asked = sites.claim(site.site_id, site.tag_policy, alias, alias_digest)
            yield Subject(asked, shown, page.href)
