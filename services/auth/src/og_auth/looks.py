"""What looks at pages showed, put to memory: good ones for long, bad ones for a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from og_auth.sites import Claim
from og_auth.verification import GOOD, Verification


class Origin(Enum):
    """What caused a page to be remembered: each has a bound of its own.

    Strangers can make up queries, and with them aliases, but hardly paths.
    """

    REQUEST = "request"
    QUERY = "query"
    ALIAS = "alias"
    OWNER = "owner"


class LookStore(Protocol):
    """Where good looks are kept."""

    async def remember(
        self, claim: Claim, state: Verification, origin: Origin, canonical_url: str = ""
    ) -> None:
        """Remember that a look just now was good: VERIFIED or EXISTING_CARDS_ONLY.

        The latter changes nothing where VERIFIED still counts. A claim that is not known yet is
        dropped where its site got all that a day may bring.
        """

    async def lapse(self, claim: Claim) -> None:
        """Let the last good look hold no longer, unless it still counts without another one."""


class Rejections(Protocol):
    """Claims that a look just disproved."""

    async def remember(self, claim: Claim) -> None:
        """Remember for 60 s."""

    async def forget(self, claims: Sequence[Claim]) -> None:
        """Forget at once."""

    async def find(self, claims: Sequence[Claim]) -> set[Claim]:
        """Tell which are remembered."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a look was about: what was asked for, and where that is an alias, what it stands for.

    `canonical_url` is the URL of the page that `canonical` claims something about.
    """

    asked: Claim
    canonical: Claim | None = None
    canonical_url: str = ""

    @property
    def shown(self) -> Claim:
        """What the evidence is about."""
        return self.canonical or self.asked


class Looks:
    """Remembers what looks showed and says what is remembered of those that were no good."""

    def __init__(self, store: LookStore, rejections: Rejections) -> None:
        self._store = store
        self._rejections = rejections

    async def rejected(self, claims: Sequence[Claim]) -> set[Claim]:
        """Tell which claims a look disproved within the last 60 s."""
        return await self._rejections.find(claims)

    async def remember(self, subject: Subject, finding: Verification) -> None:
        """Remember what a look showed that a request led to: not what held without one."""
        if finding in GOOD:
            await self._remember_good(subject, finding)
            return
        await self._store.lapse(subject.asked)
        if finding is Verification.REJECTED:
            await self._rejections.remember(subject.asked)

    async def remember_owners(self, subjects: Sequence[Subject]) -> None:
        """Remember what the owner's own look found, and forget what it disproves."""
        for subject in subjects:
            await self._remember(subject, Verification.VERIFIED, Origin.OWNER, Origin.OWNER)
        claims = (claim for subject in subjects for claim in (subject.shown, subject.asked))
        await self._rejections.forget(list(dict.fromkeys(claims)))

    async def _remember_good(self, subject: Subject, finding: Verification) -> None:
        origin = Origin.QUERY if subject.shown.has_query else Origin.REQUEST
        await self._remember(subject, finding, origin, Origin.ALIAS)
        await self._rejections.forget([subject.asked])

    async def _remember(
        self, subject: Subject, finding: Verification, origin: Origin, alias_origin: Origin
    ) -> None:
        await self._store.remember(subject.shown, finding, origin)
        if subject.canonical is not None:
            url = subject.canonical_url
            await self._store.remember(subject.asked, finding, alias_origin, url)
