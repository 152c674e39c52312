"""What a site's owner is told of a page: what was seen there, and what it means for a card."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from og_edge import errors
from og_edge.authorization import NOT_OF_SITE
from og_edge.card_request import CardRequest
from og_edge.card_service import CardService
from og_edge.cards import CardName, Sought
from og_edge.deadline import Deadline
from og_edge.judging import Evidence, Judgement, cards_carried
from og_edge.looks import PageLook
from og_edge.own_looks import OwnLook, OwnLooks, Standing, own_look
from og_edge.templates import Template, TemplateCatalog
from og_edge.verification import REMEMBER_WAIT_S, Verifier
from og_edge.views import Viewer

RECORD_TIMEOUT_S: Final = 2.0
"""For each of two calls."""


@dataclass(frozen=True)
class Diagnosis:
    """What a look at the page of a request, by site, means for the card it asks for."""

    request: CardRequest
    look: PageLook
    judgement: Judgement
    standing: Standing

    @property
    def is_verified(self) -> bool:
        """Whether the card is the site's as the page says."""
        return self._tags_are_good and self.standing.is_of_site

    @property
    def explanation(self) -> str:
        """What to change, for people; "" where nothing has to be."""
        if not self.standing.is_of_site:
            return f"The page leads to {self.look.final_url}, which is not the site's."
        return "" if self._tags_are_good else self.judgement.explanation

    @property
    def _tags_are_good(self) -> bool:
        evidence = self.judgement.evidence
        return evidence is Evidence.TAG_FOUND or (
            evidence is Evidence.TAG_DIFFERS and self.standing.any_tag_will_do
        )


class Doctor:
    """Looks at pages for the owners of their sites.

    Every question raises InvalidSiteError for a site that is not the account's, as for one that is
    none, and SiteDomainMismatchError for a page that is not of the site, before anything is fetched
    or told; else as Viewer.view does.
    """

    def __init__(
        self,
        catalog: TemplateCatalog,
        viewer: Viewer,
        verifier: Verifier,
        own_looks: OwnLooks,
        cards: CardService,
    ) -> None:
        self._catalog = catalog
        self._viewer = viewer
        self._verifier = verifier
        self._own_looks = own_looks
        self._cards = cards

    async def last_look(
        self, account_id: str, request: CardRequest, template: Template, deadline: Deadline
    ) -> Diagnosis | None:
        """Tell what the last look showed, be it the owner's or a crawler's; None: 30 days none."""
        await self._require_of_site(account_id, request, deadline)
        seen = await self._verifier.last_look(request, template)
        if seen is None:
            return None
        look, judgement = seen
        standing = await self._standing(account_id, request, look.final_url, deadline)
        return Diagnosis(request, look, judgement, standing)

    async def look_now(
        self, account_id: str, request: CardRequest, template: Template, deadline: Deadline
    ) -> Diagnosis:
        """Read the page from its server, and have what is found there hold from now on."""
        await self._require_of_site(account_id, request, deadline)

        async def seek(wanted: CardRequest) -> Sought:
            name = CardName.of(wanted, template)
            return await self._cards.seek(account_id, wanted, template, name)

        view = await self._viewer.view(
            await seek(request), seek, deadline, not_before_monotonic_s=time.monotonic()
        )
        await self._verifier.remember(account_id, view, wait_s=REMEMBER_WAIT_S)
        seen = own_look(account_id, request, view, await self._catalog.all())
        standing = await self._record(seen, deadline)
        return Diagnosis(request, view.look, view.judgement, standing)

    async def as_crawlers_ask(self, diagnosis: Diagnosis) -> Diagnosis:
        """Take the card that the page's own tag carries for the one that is asked for, if it does.

        That is what crawlers ask for: where it differs from what an owner would have in the tag,
        nothing is wrong with the page.
        """
        request, look = diagnosis.request, diagnosis.look
        templates = await self._catalog.all()
        tags = [tag.read for tag in diagnosis.judgement.tags]
        page_href = look.canonical_url or request.url.href
        for card in cards_carried(tags, request.site_id, page_href, templates):
            asked = replace(card, url=request.url)
            judgement = self._viewer.judge(look, asked, templates[card.template_id])
            return replace(diagnosis, request=asked, judgement=judgement)
        return diagnosis

    async def _require_of_site(
        self, account_id: str, request: CardRequest, deadline: Deadline
    ) -> None:
        standing = await self._standing(account_id, request, request.url.href, deadline)
        if not standing.is_of_site:
            raise errors.SiteDomainMismatchError(NOT_OF_SITE)

    async def _standing(
        self, account_id: str, request: CardRequest, final_url: str, deadline: Deadline
    ) -> Standing:
        """Tell whether a page, where it was found, is the site's."""
        look = OwnLook(account_id, request.site_id, request.url.href, final_url)
        return await self._record(look, deadline)

    async def _record(self, look: OwnLook, deadline: Deadline) -> Standing:
        if not look.final_url:
            return Standing(is_of_site=True)  # it was found nowhere
        return await self._own_looks.record_verification(
            look, deadline.remaining_s(RECORD_TIMEOUT_S)
        )
