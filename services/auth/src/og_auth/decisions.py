"""Decides about requests: who asks, may they, and is there room in the window that applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Protocol

from og_auth import api_keys, identifiers, sites, verification
from og_auth.accounts import Account
from og_auth.api_keys import Scope
from og_auth.clients import Client
from og_auth.credentials import Credential, CredentialStore, Lookup, Payer
from og_auth.key_uses import KeyUses
from og_auth.quotas import Quotas, failed_attempt
from og_auth.rate_limits import Draw, RateLimiter, Reading
from og_auth.sites import Page
from og_auth.verification import Evidence, Verification
from og_urls import PageUrl


class Decision(Enum):
    """What became of a request."""

    ALLOWED = auto()
    MISSING_CREDENTIALS = auto()
    INVALID_API_KEY = auto()
    INVALID_SITE = auto()
    SITE_DOMAIN_MISMATCH = auto()
    SITE_NOT_VERIFIED = auto()
    RATE_LIMITED = auto()
    SCOPE_MISSING = auto()
    SUSPENDED = auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request; at most one of `api_key` and `site_id` is set, each as it came."""

    client: Client
    api_key: str | None = None
    site_id: str | None = None
    page_url: str = ""
    scope: Scope = Scope.GENERATE


class Rejections(Protocol):
    """Pages that were just seen without their tag."""

    async def remember(self, page: Page) -> None:
        """Remember for 2 minutes that the page carries no tag."""

    async def find(self, pages: Sequence[Page]) -> set[Page]:
        """Tell which of the pages are remembered."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision that holds where there is room in all the windows that it draws on."""

    decision: Decision
    draws: tuple[Draw, ...]
    account: Account | None = None
    verification: Verification = Verification.UNSPECIFIED
    payer: Payer | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The final decision and the window that applied; who pays, where it is ALLOWED."""

    decision: Decision
    window: Reading
    account: Account | None
    verification: Verification
    payer: Payer | None
    admits_new_cards_apart: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """An attempt with what its text alone shows."""

    attempt: Attempt
    url: PageUrl | None
    lookup: Lookup | None

    @property
    def page(self) -> Page | None:
        if self.lookup and self.lookup.site_id and self.lookup.page_digest:
            return Page(self.lookup.site_id, self.lookup.page_digest)
        return None


class Authorizer:
    """Decides; a batch takes one query and at most two round trips to Valkey."""

    def __init__(
        self,
        store: CredentialStore,
        rejections: Rejections,
        limiter: RateLimiter,
        quotas: Quotas,
        loopback_targets: frozenset[str],
        key_uses: KeyUses,
    ) -> None:
        self._store = store
        self._rejections = rejections
        self._limiter = limiter
        self._quotas = quotas
        self._loopback_targets = loopback_targets
        self._key_uses = key_uses

    async def authorize(self, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Decide about each attempt in the order given, and count it."""
        cases = [self._read(attempt) for attempt in attempts]
        found = await self._find(cases)
        pages = {
            case.page
            for case in cases
            if case.page and (credential := _found(case, found)) and not credential.is_verified
        }
        rejected = await self._rejections.find(list(pages))
        return await self._settle(
            [_judge(case, _found(case, found), rejected, self._quotas) for case in cases]
        )

    async def complete_verification(
        self, attempt: Attempt, evidence: Evidence, final_url: str
    ) -> Verdict:
        """Decide about an attempt whose page was looked at, and found at final_url."""
        case = self._read(attempt)
        credential = _found(case, await self._find([case]))
        judgement = _refusal(case, credential)
        if judgement is None and credential and case.page:
            final = sites.parse_page(final_url, self._loopback_targets)
            judgement = _judge_evidence(case, credential, evidence, final, self._quotas)
            await self._remember(case.page, judgement)
        assert judgement is not None  # noqa: S101 - no refusal: there is a credential and a page
        return (await self._settle([judgement]))[0]

    async def admit_new_card(self, client: Client, site_id: str) -> Verdict:
        """Decide about a new card for a request by site that was allowed, and count it."""
        case = self._read(Attempt(client, site_id=site_id))
        credential = _found(case, await self._find([case]))
        judgement = _refusal_of_credential(case, credential)
        if judgement is None and credential:
            draws = (self._quotas.new_card(credential.account),)
            judgement = _allowed(credential, draws, Verification.UNSPECIFIED)
        assert judgement is not None  # noqa: S101 - no refusal: there is a credential
        return (await self._settle([judgement]))[0]

    def _read(self, attempt: Attempt) -> _Case:
        if attempt.api_key is not None:
            known = api_keys.is_well_formed(attempt.api_key)
            lookup = Lookup(key_digest=api_keys.digest(attempt.api_key)) if known else None
            return _Case(attempt, None, lookup)
        if attempt.site_id is None or not identifiers.is_id(identifiers.SITE, attempt.site_id):
            return _Case(attempt, None, None)
        url = sites.parse_page(attempt.page_url, self._loopback_targets)
        digest = sites.page_digest(url) if url else None
        return _Case(attempt, url, Lookup(site_id=attempt.site_id, page_digest=digest))

    async def _find(self, cases: Sequence[_Case]) -> dict[Lookup, Credential]:
        lookups = {case.lookup for case in cases if case.lookup}
        found = await self._store.find_credentials(list(lookups)) if lookups else {}
        for lookup, credential in found.items():
            if lookup.key_digest:
                self._key_uses.note(credential.payer_id)
        return found

    async def _remember(self, page: Page, judgement: Judgement) -> None:
        if judgement.verification is Verification.VERIFIED:
            await self._store.add_verification(page)
        elif judgement.verification is Verification.REJECTED:
            await self._rejections.remember(page)

    async def _settle(self, judgements: Sequence[Judgement]) -> list[Verdict]:
        draws = [draw for judgement in judgements for draw in judgement.draws]
        readings = iter(await self._limiter.decide(draws))
        return [
            _verdict(judgement, [next(readings) for _ in judgement.draws], self._quotas)
            for judgement in judgements
        ]


def _found(case: _Case, found: dict[Lookup, Credential]) -> Credential | None:
    return found.get(case.lookup) if case.lookup else None


def _judge(
    case: _Case, credential: Credential | None, rejected: set[Page], quotas: Quotas
) -> Judgement:
    if refusal := _refusal(case, credential):
        return refusal
    assert credential is not None  # noqa: S101 - what is missing was refused
    if credential.domain is None:
        return _counted(credential, Verification.NOT_NEEDED, quotas)
    if credential.is_verified:
        return _counted(credential, Verification.VERIFIED, quotas)
    if case.page in rejected:
        return _rejected(case, credential.account)
    return _undecided(case, credential, quotas)


def _refusal(case: _Case, credential: Credential | None) -> Judgement | None:
    if refusal := _refusal_of_credential(case, credential):
        return refusal
    if credential is None or credential.domain is None:
        return None
    if case.url is None or not sites.belongs(case.url, credential.domain):
        return _failed(case, Decision.SITE_DOMAIN_MISMATCH)
    return None


def _refusal_of_credential(case: _Case, credential: Credential | None) -> Judgement | None:
    if credential is None:
        return _failed(case, _unknown(case.attempt))
    if credential.is_suspended:
        return _failed(case, Decision.SUSPENDED)
    if case.attempt.scope not in credential.scopes:
        return _failed(case, Decision.SCOPE_MISSING, credential.account)
    return None


def _unknown(attempt: Attempt) -> Decision:
    if attempt.api_key is not None:
        return Decision.INVALID_API_KEY
    return Decision.MISSING_CREDENTIALS if attempt.site_id is None else Decision.INVALID_SITE


def _judge_evidence(
    case: _Case,
    credential: Credential,
    evidence: Evidence,
    final: PageUrl | None,
    quotas: Quotas,
) -> Judgement:
    stayed = final is not None and sites.belongs(final, credential.domain or "")
    finding = verification.find(evidence, stayed_on_site=stayed)
    if finding is Verification.VERIFIED:
        return _counted(credential, finding, quotas)
    if finding is Verification.UNSPECIFIED:
        return _failed(case, Decision.SITE_DOMAIN_MISMATCH)
    return _failed(case, Decision.SITE_NOT_VERIFIED, credential.account, finding)


def _counted(credential: Credential, verification: Verification, quotas: Quotas) -> Judgement:
    return _allowed(credential, (_draw(credential, quotas),), verification)


def _draw(credential: Credential, quotas: Quotas) -> Draw:
    by_key = credential.domain is None
    return (quotas.by_key if by_key else quotas.by_site)(credential.account)


def _undecided(case: _Case, credential: Credential, quotas: Quotas) -> Judgement:
    """Let the page be looked at, unless a full window makes the outcome useless."""
    counted = (failed_attempt(case.attempt.client), _draw(credential, quotas))
    draws = tuple(replace(draw, counts=False) for draw in counted)
    return _allowed(credential, draws, Verification.UNKNOWN)


def _allowed(
    credential: Credential, draws: tuple[Draw, ...], verification: Verification
) -> Judgement:
    account, payer = credential.account, credential.payer
    return Judgement(Decision.ALLOWED, draws, account, verification, payer)


def _rejected(case: _Case, account: Account) -> Judgement:
    return _failed(case, Decision.SITE_NOT_VERIFIED, account, Verification.REJECTED)


def _failed(
    case: _Case,
    decision: Decision,
    account: Account | None = None,
    verification: Verification = Verification.UNSPECIFIED,
) -> Judgement:
    draws = (failed_attempt(case.attempt.client),)
    return Judgement(decision, draws, account, verification)


def _verdict(judgement: Judgement, readings: Sequence[Reading], quotas: Quotas) -> Verdict:
    full = next((reading for reading in readings if not reading.admitted), None)
    decision = Decision.RATE_LIMITED if full else judgement.decision
    by_site = judgement.verification not in {Verification.UNSPECIFIED, Verification.NOT_NEEDED}
    return Verdict(
        decision=decision,
        window=full or readings[0],
        account=judgement.account,
        verification=judgement.verification,
        payer=judgement.payer if decision is Decision.ALLOWED else None,
        admits_new_cards_apart=by_site and quotas.new_cards_apart,
    )
