"""What auth decides of a look at a page, told of it once for all who saw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from og_edge.authorization import Authorization, Credential, Inquiry, Verification
from og_edge.deadline import Deadline
from og_edge.flights import Flights
from og_edge.judging import Evidence
from og_service.coalescing import Coalescer

COMPLETE_TIMEOUT_S: Final = 2.0
ASK_TIMEOUT_S: Final = 2.0
"""Of which some may be spent on waiting for the batch before."""
MAX_INQUIRIES: Final = 500


@dataclass(frozen=True)
class Finding:
    """What auth is told of a look.

    `page_url` and `card_digest` are of the request as it came. Where the page is known by another
    URL and was looked at there, `canonical_url` is that and `canonical_card_digest` is of the same
    request for it.
    """

    site_id: str
    page_url: str
    card_digest: bytes
    evidence: Evidence
    final_url: str
    canonical_url: str
    canonical_card_digest: bytes
    card_exists: bool


class Verifications(Protocol):
    """Remembers what pages showed, and decides."""

    async def authorize_all(self, inquiries: Sequence[Inquiry]) -> Sequence[Authorization]:
        """Ask who each is and count it, by what is remembered; in their order."""

    async def complete_verification(
        self, finding: Finding, client_address: str, timeout_s: float
    ) -> Authorization:
        """Tell what a look showed and get the final decision."""


class Verdict(NamedTuple):
    """A decision, and whether it was this request that told auth what was seen."""

    authorization: Authorization
    has_told: bool


class Verdicts:
    """Gets decisions.

    Each request is decided about and counted by itself. But what is found auth writes down for each
    that tells it, in one row, one after the other: two hundred who came for a card before anybody
    had looked at its page took it longer than they had. So one of them tells it, and the others
    ask as all do who come later, many at once.
    """

    def __init__(self, verifications: Verifications) -> None:
        self._verifications = verifications
        self._telling: Flights[Authorization] = Flights("verdicts")
        self._asking: Coalescer[Inquiry, Authorization] = Coalescer(
            verifications.authorize_all, MAX_INQUIRIES, timeout_s=ASK_TIMEOUT_S
        )

    async def of(self, finding: Finding, client_address: str, deadline: Deadline) -> Verdict:
        """Give the final decision about a request; raises RemoteError and TimeoutError."""

        async def tell() -> Authorization:
            with deadline.step(COMPLETE_TIMEOUT_S) as step:
                return await self._verifications.complete_verification(
                    finding, client_address, step.timeout_s
                )

        if finding.evidence is Evidence.PAGE_UNREACHABLE:  # of which nothing is remembered
            return Verdict(await tell(), has_told=True)
        authorization, leading = await self._telling.join(finding, tell, deadline)
        if leading:
            return Verdict(authorization, has_told=True)
        credential = Credential(site_id=finding.site_id)
        [authorization] = await self._asking.ask(
            [Inquiry(credential, client_address, finding.page_url, finding.card_digest)]
        )
        if authorization.verification is Verification.UNKNOWN:  # forgotten already
            return Verdict(await tell(), has_told=True)
        return Verdict(authorization, has_told=False)
