"""What owners have looked at themselves, and where it stands then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from og_edge.card_request import CardRequest
from og_edge.cards import card_digest
from og_edge.judging import Evidence, cards_carried
from og_edge.templates import Template
from og_edge.views import View


@dataclass(frozen=True)
class OwnLook:
    """A page of an owner's site, where it was found, and what its tags with the site's id carry.

    Where `page_url` is the one by which `alias_url` is known, `alias_card_digests` are those of the
    same cards for that. Without a tag nothing is remembered of a page.
    """

    account_id: str
    site_id: str
    page_url: str
    final_url: str
    has_tag: bool = False
    card_digests: Sequence[bytes] = ()
    alias_url: str = ""
    alias_card_digests: Sequence[bytes] = ()


@dataclass(frozen=True)
class Standing:
    """Whether a page is the site's, and whether any tag with the site's id makes it good."""

    is_of_site: bool
    any_tag_will_do: bool = False


class OwnLooks(Protocol):
    """Remembers what owners' own looks showed."""

    async def record_verification(self, look: OwnLook, timeout_s: float) -> Standing:
        """Tell what a look showed; tells where the page stands.

        Raises InvalidSiteError where the account has no such site.
        """


def own_look(
    account_id: str, asked: CardRequest, view: View, templates: Mapping[str, Template]
) -> OwnLook:
    """Say what was seen for an owner: all cards that the page's tags carry, not only the asked."""
    page = view.sought.request.url
    tags = [tag.read for tag in view.judgement.tags]
    carried = cards_carried(tags, asked.site_id, page.href, templates)
    is_alias = asked.url != page
    of_alias = [replace(card, url=asked.url) for card in carried] if is_alias else []
    return OwnLook(
        account_id=account_id,
        site_id=asked.site_id,
        page_url=page.href,
        final_url=view.look.final_url,
        has_tag=view.judgement.evidence in {Evidence.TAG_FOUND, Evidence.TAG_DIFFERS},
        card_digests=_digests(carried, templates),
        alias_url=asked.url.href if is_alias else "",
        alias_card_digests=_digests(of_alias, templates),
    )


def _digests(cards: Sequence[CardRequest], templates: Mapping[str, Template]) -> list[bytes]:
    return [card_digest(card, templates[card.template_id]) for card in cards]
