"""What looks at pages showed, as messages say it."""

from __future__ import annotations

from typing import Final

from og.auth.v1 import auth_pb2
from og_auth.attempts import Attempt, Report
from og_auth.messages import DIGEST_BYTES, to_client, to_digest
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


def to_digests(request: auth_pb2.RecordVerificationRequest) -> list[bytes]:
    """Read the digests of cards, or raise InvalidRequestError."""
    if len(request.card_digests) > MAX_CARD_DIGESTS:
        raise InvalidRequestError("card_digests", f"Send at most {MAX_CARD_DIGESTS}.")
    if any(len(digest) != DIGEST_BYTES for digest in request.card_digests):
        raise InvalidRequestError("card_digests", f"Send SHA-256s: {DIGEST_BYTES} bytes each.")
    return list(request.card_digests)
