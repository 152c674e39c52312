"""Whether a page says that a card is its site's, and what may be done with the card then."""

from __future__ import annotations

import asyncio
import time
from typing import Final, NamedTuple

import structlog

from og_edge.authorization import Authorization, Verification, denial
from og_edge.card_request import CardRequest
from og_edge.cards import Sought, card_digest
from og_edge.chores import Chores
from og_edge.deadline import Deadline
from og_edge.errors import (
    ApiError,
    InternalError,
    OverloadedError,
    PageUnreachableError,
    RateLimitExceededError,
    SiteDomainMismatchError,
    SiteNotVerifiedError,
)
from og_edge.judging import Judgement
from og_edge.looks import PageLook, PageLooks
from og_edge.page import Page
from og_edge.templates import Template
from og_edge.verdicts import Finding, Verdict, Verdicts
from og_edge.views import Seek, View, Viewer
from og_service import tracing
from og_service.status import RemoteError

log = structlog.get_logger()

KEEP_FOR_COMPLETE_S: Final = 1.0
"""Of a request's time, when a page is looked at once more."""

REMEMBER_WAIT_S: Final = 0.3

_NOT_VERIFIED: Final = (
    "The page has no og:image or twitter:image tag that points to this API with this site id and "
    "this very card. Mend the tag."
)
_TRY_AGAIN: Final = (
    "Then try again in a minute, or have the page looked at now: POST /api/verification."
)
_IN_NO_TIME: Final = "The page could not be looked at anew in time. Try again."


class Admission(NamedTuple):
    """What becomes of a request by site.

    It is denied, or gets the card that is sought: one that exists, or, unless `drawing_refusal`
    says why not, a new one; that is drawn from `page` if it was read already.
    """

    authorization: Authorization
    sought: Sought
    denial: ApiError | None = None
    drawing_refusal: ApiError | None = None
    page: Page | None = None


class Verifier:
    """Admits requests by site."""

    def __init__(
        self,
        viewer: Viewer,
        verdicts: Verdicts,
        looks: PageLooks,
        chores: Chores,
    ) -> None:
        self._viewer = viewer
        self._verdicts = verdicts
        self._looks = looks
        self._chores = chores

    async def admit(
        self,
        authorization: Authorization,
        request: CardRequest,
        seek: Seek,
        client_address: str,
        deadline: Deadline,
    ) -> Admission:
        """Go on with a request that auth let pass, and look at its page where that is needed.

        Raises TimeoutError, OverloadedError, RemoteError.
        """
        sought = await seek(self._viewer.at(request, authorization.canonical_url))
        match authorization.verification:
            case Verification.EXISTING_CARDS_ONLY if sought.card:
                refusal = _not_verified(_NOT_VERIFIED)
                return Admission(authorization, sought, drawing_refusal=refusal)
            case Verification.UNKNOWN | Verification.EXISTING_CARDS_ONLY:
                with tracing.span("verify"):
                    return await self._verify(await seek(request), seek, client_address, deadline)
        return Admission(authorization, sought)

    async def refusal(self, request: CardRequest, template: Template) -> ApiError:
        """Say why a request is not verified, by the last look at its page, if that tells."""
        seen = await self.last_look(request, template)
        explanation = seen[1].explanation if seen else ""
        return _not_verified(explanation or _NOT_VERIFIED)

    async def last_look(
        self, request: CardRequest, template: Template
    ) -> tuple[PageLook, Judgement] | None:
        """Give the last look at a request's page, and what it means for that request."""
        look = await self._looks.find(request.site_id, request.url.href)
        return (look, self._viewer.judge(look, request, template)) if look else None

    async def remember(self, account_id: str, view: View, *, wait_s: float = 0) -> None:
        """Keep what was seen for the site's owner, beside the answer; wait a moment for it."""
        site_id = view.sought.request.site_id
        kept = self._chores.later(self._looks.remember(site_id, account_id, view.look))
        if wait_s:
            await asyncio.wait({kept}, timeout=wait_s)

    async def _verify(
        self, sought: Sought, seek: Seek, client_address: str, deadline: Deadline
    ) -> Admission:
        try:
            view = await self._decisive_view(sought, seek, deadline)
        except (OverloadedError, RemoteError) as failure:
            return await self._without_look(sought, failure, seek, client_address, deadline)
        authorization, has_told = await self._verdict(sought, view, client_address, deadline)
        refusal = denial(authorization, time.time())
        if authorization.account and has_told:
            # The next one who is denied, and the owner, are told why by what is kept.
            wait_s = REMEMBER_WAIT_S if refusal else 0
            await self.remember(authorization.account.account_id, view, wait_s=wait_s)
        if refusal:
            return Admission(authorization, view.sought, denial=_told(refusal, view))
        if isinstance(view.page, ApiError):
            return await self._existing(authorization, sought, seek, view.page)
        if authorization.verification is Verification.EXISTING_CARDS_ONLY:
            refusal = _not_verified(view.judgement.explanation)
            return Admission(authorization, view.sought, drawing_refusal=refusal)
        page = view.page if view.has_pictures else None
        return Admission(authorization, view.sought, page=page)

    async def _without_look(
        self,
        sought: Sought,
        failure: OverloadedError | RemoteError,
        seek: Seek,
        client_address: str,
        deadline: Deadline,
    ) -> Admission:
        """Go by what was seen earlier where we failed to look; our own failure denies nothing."""
        error = failure if isinstance(failure, OverloadedError) else InternalError()
        view = self._viewer.of_error(sought, error)
        authorization, _ = await self._verdict(sought, view, client_address, deadline)
        refusal = denial(authorization, time.time())
        if isinstance(refusal, SiteNotVerifiedError):
            raise failure
        if refusal:
            return Admission(authorization, sought, denial=refusal)
        log.warning("page not looked at", cause=repr(failure))
        return await self._existing(authorization, sought, seek, error)

    async def _existing(
        self, authorization: Authorization, sought: Sought, seek: Seek, error: ApiError
    ) -> Admission:
        """Admit to the card that held without a look, if there is one."""
        known = self._viewer.at(sought.request, authorization.canonical_url)
        return Admission(authorization, await seek(known), drawing_refusal=error)

    async def _decisive_view(self, sought: Sought, seek: Seek, deadline: Deadline) -> View:
        """Look again where what would deny the request was fetched before it came.

        Where there is no time for that, nothing denies it, but nothing can be drawn either.
        """
        came = time.monotonic()
        view = await self._viewer.view(sought, seek, deadline)
        if not view.judgement.evidence.may_deny or view.since_monotonic_s >= came:
            return view
        earlier = Deadline(deadline.at_monotonic_s - KEEP_FOR_COMPLETE_S)
        try:
            return await self._viewer.view(sought, seek, earlier, not_before_monotonic_s=came)
        except TimeoutError:
            return self._viewer.of_error(sought, PageUnreachableError(_IN_NO_TIME))

    async def _verdict(
        self, asked: Sought, view: View, client_address: str, deadline: Deadline
    ) -> Verdict:
        canonical_url = view.look.canonical_url
        finding = Finding(
            site_id=asked.request.site_id,
            page_url=asked.request.url.href,
            card_digest=card_digest(asked.request, asked.template),
            evidence=view.judgement.evidence,
            final_url=view.look.final_url,
            canonical_url=canonical_url,
            canonical_card_digest=(
                card_digest(view.sought.request, view.sought.template) if canonical_url else b""
            ),
            card_exists=view.sought.card is not None,
        )
        return await self._verdicts.of(finding, client_address, deadline)


def _told(refusal: ApiError, view: View) -> ApiError:
    """Say what a denied request can do about it: what was seen tells more than that it was."""
    if isinstance(refusal, RateLimitExceededError):
        return refusal
    if isinstance(view.page, ApiError):
        return view.page
    if isinstance(refusal, SiteNotVerifiedError):
        return _not_verified(view.judgement.explanation)
    if isinstance(refusal, SiteDomainMismatchError) and view.look.final_url != view.look.page_url:
        return SiteDomainMismatchError(
            f"The page leads to {view.look.final_url}, which is not of the site's registered "
            "domain."
        )
    return refusal


def _not_verified(explanation: str) -> SiteNotVerifiedError:
    return SiteNotVerifiedError(f"{explanation} {_TRY_AGAIN}")
