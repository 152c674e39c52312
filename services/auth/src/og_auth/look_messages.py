"""What looks at pages showed, as messages say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from og.auth.v1 import auth_pb2
from og_auth.attempts import Attempt, Report
from og_auth.messages import DIGEST_BYTES, to_client, to_digest
from og_auth.owner_looks import OwnLook, Standing
from og_auth.site_messages import from_tag_policy
from og_auth.verification import Evidence
from og_service.errors import InvalidRequestError

MAX_CARD_DIGESTS: Final = 16
EVIDENCE = {
    auth_pb2.VerificationEvidence.Value(f"VERIFICATION_EVIDENCE_{kind.name}"): kind
    for kind in Evidence
}


def to_completed(request: auth_pb2.CompleteVerificationRequest) -> tuple[Attempt, Report]:
    """Read what was asked about and what its page showed, or raise InvalidRequestError."""
    evidence = EVIDENCE.get(request.evidence)
    if evidence is None:
        raise InvalidRequestError("evidence", "Say what the page showed.")
    if not request.final_url and evidence is not Evidence.PAGE_UNREACHABLE:
        raise InvalidRequestError("final_url", "Say where the page was found.")
    for field in ("site_id", "page_url"):
        if not getattr(request, field):
            raise InvalidRequestError(field, "Send what Authorize was asked about.")
    attempt = Attempt(
        client=to_client(request.client_address, "client_address"),
        site_id=request.site_id,
        page_url=request.page_url,
        card_digest=to_digest(request.card_digest, "card_digest"),
    )
    report = Report(
        evidence=evidence,
        final_url=request.final_url,
        card_exists=request.card_exists,
        canonical_url=request.canonical_url,
        canonical_card_digest=to_digest(request.canonical_card_digest, "canonical_card_digest"),
    )
    if bool(report.canonical_card_digest) != bool(report.canonical_url and attempt.card_digest):
        text = "Send it with canonical_url where card_digest is sent, else not."
        raise InvalidRequestError("canonical_card_digest", text)
    return attempt, report


def to_own_look(request: auth_pb2.RecordVerificationRequest) -> OwnLook:
    """Read what an owner's own look showed, or raise InvalidRequestError."""
    for field in ("site_id", "page_url", "final_url", "account_id"):
        if not getattr(request, field):
            raise InvalidRequestError(field, "It is required.")
    digests = _to_digests(request.card_digests, "card_digests")
    alias_digests = _to_digests(request.alias_card_digests, "alias_card_digests")
    if len(alias_digests) != (len(digests) if request.alias_url else 0):
        text = "With alias_url send one for each of card_digests, else none."
        raise InvalidRequestError("alias_card_digests", text)
    return OwnLook(
        page_url=request.page_url,
        final_url=request.final_url,
        has_tag=request.has_tag,
        card_digests=digests,
        alias_url=request.alias_url,
        alias_card_digests=alias_digests,
    )


def _to_digests(digests: Sequence[bytes], field: str) -> list[bytes]:
    if len(digests) > MAX_CARD_DIGESTS:
        raise InvalidRequestError(field, f"Send at most {MAX_CARD_DIGESTS}.")
    if any(len(digest) != DIGEST_BYTES for digest in digests):
        raise InvalidRequestError(field, f"Send SHA-256s: {DIGEST_BYTES} bytes each.")
    return list(digests)


def from_standing(standing: Standing) -> auth_pb2.RecordVerificationResponse:
    """Write where a page stands with its site."""
    return auth_pb2.RecordVerificationResponse(
        belongs_to_site=standing.is_of_site, tag_policy=from_tag_policy(standing.tag_policy)
    )
