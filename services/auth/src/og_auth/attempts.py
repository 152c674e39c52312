"""What is to be decided: a request as it came, and what a look at its page showed."""

from __future__ import annotations

from dataclasses import dataclass

from og_auth import api_keys, identifiers, sites
from og_auth.api_keys import Scope
from og_auth.clients import Client
from og_auth.credentials import Credential, Lookup
from og_auth.identity.tokens import TokenKind, read_token
from og_auth.sites import Claim
from og_auth.verification import Evidence
from og_urls import PageUrl

# Not frozen: each distinct request of a batch makes some, and frozen they cost three times as much.


@dataclass(slots=True, eq=False)
class Attempt:
    """A request, or several that are equal; at most one of the credentials is set.

    They are as they came. `card_digest` is that of the card that is asked for, empty where the
    request is not whole.
    """

    client: Client
    api_key: str | None = None
    site_id: str | None = None
    session_token: str | None = None
    page_url: str = ""
    card_digest: bytes = b""
    scope: Scope = Scope.GENERATE


@dataclass(frozen=True, slots=True)
class Report:
    """What a look at an attempt's page showed, and where it was found after redirects.

    Where the evidence is about the page's canonical URL, that and the digest of its card are set;
    `card_exists` is then of that card, too.
    """

    evidence: Evidence
    final_url: str = ""
    card_exists: bool = False
    canonical_url: str = ""
    canonical_card_digest: bytes = b""


@dataclass(slots=True, eq=False)
class Case:
    """An attempt with what its text alone shows, and then with what was found of its credential."""

    attempt: Attempt
    url: PageUrl | None = None
    lookup: Lookup | None = None
    found: Credential | None = None

    @property
    def credential(self) -> Credential:
        """What was found, where the case was not refused for lack of it."""
        assert self.found is not None  # noqa: S101 - whoever asks has seen to it
        return self.found

    @property
    def claim(self) -> Claim | None:
        """What the page has to show; None where no page of a site that is known was asked for."""
        rules = self.found.site if self.found else None
        if rules is None or self.attempt.site_id is None or self.url is None:
            return None
        return sites.claim(
            self.attempt.site_id, rules.tag_policy, self.url, self.attempt.card_digest
        )


def read(attempt: Attempt, loopback_targets: frozenset[str]) -> Case:
    """Read an attempt as far as no store is needed."""
    if attempt.api_key is not None:
        known = api_keys.is_well_formed(attempt.api_key)
        lookup = Lookup(key_digest=api_keys.digest(attempt.api_key)) if known else None
        return Case(attempt, lookup=lookup)
    if attempt.session_token is not None:
        token = read_token(TokenKind.SESSION, attempt.session_token)
        return Case(attempt, lookup=Lookup(session_digest=token.digest) if token else None)
    if attempt.site_id is None or not identifiers.is_id(identifiers.SITE, attempt.site_id):
        return Case(attempt)
    url = sites.parse_page(attempt.page_url, loopback_targets)
    digest = sites.page_digest(url) if url else None
    return Case(attempt, url, Lookup(None, attempt.site_id, digest, attempt.card_digest))
