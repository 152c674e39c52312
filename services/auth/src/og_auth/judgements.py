"""What a request gets if there is room in the windows that it draws on."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum, auto

from og_auth import verification
from og_auth.accounts import Account
from og_auth.attempts import Attempt, Case
from og_auth.credentials import Credential, Payer
from og_auth.quotas import Quotas, failed_attempt
from og_auth.rate_limits import Draw
from og_auth.sites import Claim
from og_auth.verification import Verification


class Decision(IntEnum):  # hashed as fast as a number
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
    INVALID_SESSION = auto()


@dataclass(slots=True, eq=False)  # not frozen: see attempts.py
class Judgement:
    """A decision that holds where there is room in all the windows that it draws on.

    `canonical_url` is the URL that keys the card, where it is another than the page's. Requests
    that share one judgement get the same answer, but for what their windows leave them.
    """

    decision: Decision
    draws: tuple[Draw, ...]
    account: Account | None = None
    verification: Verification = Verification.UNSPECIFIED
    payer: Payer | None = None
    canonical_url: str = ""
    serves_fallback: bool = False

    @property
    def is_of_page(self) -> bool:
        """Whether it goes by what is known of a site's page."""
        return self.verification not in {Verification.UNSPECIFIED, Verification.NOT_NEEDED}


class Judge:
    """Judges cases whose credentials were looked up."""

    def __init__(self, quotas: Quotas) -> None:
        self._quotas = quotas

    def request(self, case: Case, rejected: AbstractSet[Claim]) -> Judgement:
        """Judge a request by what is remembered of its page."""
        if refusal := refuse_page(case):
            return refusal
        credential = case.credential
        if credential.site is None:
            return self._counted(credential, Verification.NOT_NEEDED)
        known = verification.recall(credential.memory)
        if known is not Verification.UNKNOWN:
            canonical_url = credential.memory.canonical_url if credential.memory else ""
            return self._counted(credential, known, canonical_url)
        if case.claim in rejected:
            return _not_verified(case, Verification.REJECTED)
        return self._undecided(case)

    def look(self, case: Case, finding: Verification, canonical_url: str) -> Judgement:
        """Judge a request whose page was looked at, and whose card canonical_url keys, if any."""
        if finding is Verification.UNSPECIFIED:
            return _failed(case, Decision.SITE_DOMAIN_MISMATCH)
        if finding in verification.GOOD:
            return self._counted(case.credential, finding, canonical_url)
        return _not_verified(case, finding)

    def new_card(self, case: Case) -> Judgement:
        """Judge a new card for a request by site that was allowed."""
        if refusal := refuse_credential(case):
            return refusal
        draws = (self._quotas.new_card(case.credential.account),)
        return _allowed(case.credential, draws, Verification.UNSPECIFIED)

    def _counted(
        self, credential: Credential, verification: Verification, canonical_url: str = ""
    ) -> Judgement:
        return _allowed(credential, (self._draw(credential),), verification, canonical_url)

    def _undecided(self, case: Case) -> Judgement:
        """Let the page be looked at, unless a full window makes the outcome useless."""
        counted = (failed_attempt(case.attempt.client), self._draw(case.credential))
        draws = tuple(draw._replace(counts=False) for draw in counted)
        return _allowed(case.credential, draws, Verification.UNKNOWN)

    def _draw(self, credential: Credential) -> Draw:
        by_key = credential.site is None
        return (self._quotas.by_key if by_key else self._quotas.by_site)(credential.account)


def refuse_credential(case: Case) -> Judgement | None:
    """Say why a case's credential is no good; None where it is."""
    credential = case.found
    if credential is None:
        return _failed(case, _unknown(case.attempt))
    if credential.is_suspended:
        return _failed(case, Decision.SUSPENDED)
    if case.attempt.scope not in credential.scopes:
        return _failed(case, Decision.SCOPE_MISSING, credential.account)
    return None


def refuse_page(case: Case) -> Judgement | None:
    """Say why a request may not even have its page looked at; None where it may."""
    if refusal := refuse_credential(case):
        return refusal
    site = case.credential.site
    if site is not None and not (case.url and site.hosts.includes(case.url)):
        return _failed(case, Decision.SITE_DOMAIN_MISMATCH)
    return None


def _unknown(attempt: Attempt) -> Decision:
    if attempt.api_key is not None:
        return Decision.INVALID_API_KEY
    if attempt.session_token is not None:
        return Decision.INVALID_SESSION
    return Decision.MISSING_CREDENTIALS if attempt.site_id is None else Decision.INVALID_SITE


def _allowed(
    credential: Credential,
    draws: tuple[Draw, ...],
    verification: Verification,
    canonical_url: str = "",
) -> Judgement:
    account, payer = credential.account, credential.payer
    return Judgement(
        Decision.ALLOWED,
        draws,
        account,
        verification,
        payer,
        canonical_url,
        _serves_fallback(credential),
    )


def _not_verified(case: Case, verification: Verification) -> Judgement:
    return _failed(case, Decision.SITE_NOT_VERIFIED, case.credential.account, verification)


def _failed(
    case: Case,
    decision: Decision,
    account: Account | None = None,
    verification: Verification = Verification.UNSPECIFIED,
) -> Judgement:
    draws = (failed_attempt(case.attempt.client),)
    fallback = _serves_fallback(case.found)
    return Judgement(decision, draws, account, verification, serves_fallback=fallback)


def _serves_fallback(credential: Credential | None) -> bool:
    if credential is None or credential.site is None or credential.is_suspended:
        return False
    return credential.site.serves_fallback
