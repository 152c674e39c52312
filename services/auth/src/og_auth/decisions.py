"""Decides about requests: who asks, may they, and is there room in the window that applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from og_auth import sites, verification
from og_auth.attempts import Attempt, Case, Report, read
from og_auth.clients import Client
from og_auth.credentials import CredentialStore
from og_auth.errors import InvalidCanonicalUrlError
from og_auth.judgements import Decision, Judge, Judgement, refuse_page
from og_auth.key_uses import KeyUses
from og_auth.looks import Looks, Subject
from og_auth.metrics import VERIFICATIONS
from og_auth.quotas import Quotas, counts_failures
from og_auth.rate_limits import Draw, RateLimiter, Reading
from og_auth.sites import Claim, SiteRules
from og_auth.verification import Evidence, Look, Verification


class Verdict(NamedTuple):
    """What was judged, and the window that applied."""

    judgement: Judgement
    window: Reading
    draw: Draw
    admits_new_cards_apart: bool

    @property
    def decision(self) -> Decision:
        """The final decision."""
        return self.judgement.decision if self.window.admitted else Decision.RATE_LIMITED

    @property
    def counts_failures(self) -> bool:
        """Whether the window is that of the client's address."""
        return counts_failures(self.draw)


class Authorizer:
    """Decides; a batch takes one query and at most two round trips to Valkey."""

    def __init__(
        self,
        store: CredentialStore,
        looks: Looks,
        limiter: RateLimiter,
        quotas: Quotas,
        loopback_targets: frozenset[str],
        key_uses: KeyUses,
    ) -> None:
        self._store = store
        self._looks = looks
        self._limiter = limiter
        self._quotas = quotas
        self._judge = Judge(quotas)
        self._loopback_targets = loopback_targets
        self._key_uses = key_uses

    async def authorize(self, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Decide about each attempt in the order given, and count it.

        One that occurs several times is looked up and judged once, and counted each time.
        """
        cases = [read(each, self._loopback_targets) for each in dict.fromkeys(attempts)]
        await self._find(cases)
        rejected = await self._looks.rejected(list(set(_open_claims(cases))))
        judgements = {case.attempt: self._judge.request(case, rejected) for case in cases}
        return await self._settle([judgements[attempt] for attempt in attempts])

    async def complete_verification(self, attempt: Attempt, report: Report) -> Verdict:
        """Decide about an attempt whose page was looked at.

        Raises InvalidCanonicalUrlError where the report is about some other page.
        """
        asked = read(attempt, self._loopback_targets)
        shown = self._read_shown(asked, report)
        await self._find([asked, shown])
        judgement = refuse_page(asked) or await self._judge_look(asked, shown, report)
        return (await self._settle([judgement]))[0]

    async def admit_new_card(self, client: Client, site_id: str) -> Verdict:
        """Decide about a new card for a request by site that was allowed, and count it."""
        attempt = Attempt(client, site_id=site_id)
        case = read(attempt, self._loopback_targets)
        await self._find([case])
        return (await self._settle([self._judge.new_card(case)]))[0]

    def _read_shown(self, asked: Case, report: Report) -> Case:
        """Read what a report's evidence is about: what was asked for, or its canonical URL."""
        if not report.canonical_url or asked.url is None:
            return asked
        attempt = replace(
            asked.attempt,
            page_url=report.canonical_url,
            card_digest=report.canonical_card_digest,
        )
        shown = read(attempt, self._loopback_targets)
        if (
            shown.url is None
            or "#" in report.canonical_url
            or not sites.differ_in_query_only(shown.url, asked.url)
        ):
            raise InvalidCanonicalUrlError
        return shown

    async def _find(self, cases: Sequence[Case]) -> None:
        lookups = {case.lookup for case in cases if case.lookup}
        found = await self._store.find_credentials(list(lookups)) if lookups else {}
        self._key_uses.note([each.payer_id for each in found.values() if each.is_key])
        for case in cases:
            if case.lookup:
                case.found = found.get(case.lookup)

    async def _judge_look(self, asked: Case, shown: Case, report: Report) -> Judgement:
        if report.evidence is Evidence.PAGE_UNREACHABLE:
            held, canonical_url = _held(asked, shown)
            _count(report.evidence, held)
            return self._judge.look(asked, held, canonical_url)
        rules = asked.credential.site
        assert rules  # noqa: S101 - a report is about a site's page
        look = Look(
            evidence=report.evidence,
            policy=rules.tag_policy,
            is_on_site=self._is_on_site(report.final_url, rules),
            card_exists=report.card_exists,
        )
        finding = verification.judge(look, shown.credential.memory)
        _count(report.evidence, finding)
        subject = _subject(asked, shown)
        await self._looks.remember(subject, finding)
        return self._judge.look(asked, finding, subject.canonical_url)

    def _is_on_site(self, final_url: str, rules: SiteRules) -> bool:
        final = sites.parse_page(final_url, self._loopback_targets)
        return final is not None and rules.hosts.includes(final)

    async def _settle(self, judgements: Sequence[Judgement]) -> list[Verdict]:
        draws = [draw for judgement in judgements for draw in judgement.draws]
        readings = await self._limiter.decide(draws)
        apart = self._quotas.new_cards_apart
        verdicts, start = [], 0
        for judgement in judgements:
            end = start + len(judgement.draws)
            n = _binding(readings[start:end])
            window, draw = readings[start + n], judgement.draws[n]
            verdicts.append(Verdict(judgement, window, draw, apart and judgement.is_of_page))
            start = end
        return verdicts


def _count(evidence: Evidence, verdict: Verification) -> None:
    VERIFICATIONS.labels(evidence.name.lower(), verdict.name.lower()).inc()


def _open_claims(cases: Sequence[Case]) -> list[Claim]:
    """Name the claims that memory says nothing good about."""
    return [
        claim
        for case in cases
        if case.found
        and case.found.site
        and verification.recall(case.found.memory) is Verification.UNKNOWN
        and (claim := case.claim)
    ]


def _held(asked: Case, shown: Case) -> tuple[Verification, str]:
    """Tell what holds of an unreachable page, and the URL that keys the card if it is another.

    Where only its canonical URL could not be reached, what holds of that one will do.
    """
    memory = asked.credential.memory
    held = verification.hold(memory)
    if held in verification.GOOD or shown.claim == asked.claim or shown.url is None:
        return held, memory.canonical_url if memory else ""
    canonical = shown.credential.memory
    if canonical and canonical.is_alias:
        return Verification.UNKNOWN, ""
    return verification.hold(canonical), shown.url.href


def _subject(asked: Case, shown: Case) -> Subject:
    assert asked.claim  # noqa: S101 - what has none was refused
    if shown.claim in {asked.claim, None} or shown.url is None:
        return Subject(asked.claim)
    return Subject(asked.claim, shown.claim, shown.url.href)


def _binding(readings: Sequence[Reading]) -> int:
    """Choose the window that applies: the first that is full, else the first."""
    for n, reading in enumerate(readings):
        if not reading.admitted:
            return n
    return 0
