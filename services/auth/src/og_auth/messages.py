"""Domain objects as messages, and messages as domain objects."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from og.auth.v1 import auth_pb2
from og_auth.accounts import Account
from og_auth.api_keys import Scope
from og_auth.attempts import Attempt
from og_auth.clients import Client, parse_client
from og_auth.credentials import Payer
from og_auth.decisions import Verdict
from og_auth.errors import InvalidClientAddressError
from og_auth.judgements import Decision
from og_auth.rate_limits import Reading
from og_auth.verification import Verification
from og_service.errors import InvalidRequestError

DIGEST_BYTES: Final = 32
DECISIONS = {kind: auth_pb2.Decision.Value(f"DECISION_{kind.name}") for kind in Decision}
VERIFICATIONS = {
    kind: auth_pb2.VerificationState.Value(f"VERIFICATION_STATE_{kind.name}")
    for kind in Verification
}
SCOPES = {auth_pb2.ApiKeyScope.Value(f"API_KEY_SCOPE_{scope.name}"): scope for scope in Scope}


def to_client(text: str, field: str) -> Client:
    """Read a client's address, or raise InvalidClientAddressError naming the field."""
    try:
        return parse_client(text)
    except ValueError:
        raise InvalidClientAddressError(field) from None


def to_digest(digest: bytes, field: str) -> bytes:
    """Give a card's digest, which may be empty, or raise InvalidRequestError naming the field."""
    if len(digest) not in {0, DIGEST_BYTES}:
        raise InvalidRequestError(field, f"Send a SHA-256: {DIGEST_BYTES} bytes, or none.")
    return digest


def to_attempt(request: auth_pb2.AuthorizeRequest, path: str = "") -> Attempt:
    """Read a request; `path` leads to it in the message that holds it."""
    credential = request.WhichOneof("credential")
    return Attempt(
        client=to_client(request.client_address, f"{path}client_address"),
        api_key=request.api_key if credential == "api_key" else None,
        site_id=request.site_id if credential == "site_id" else None,
        page_url=request.page_url,
        card_digest=to_digest(request.card_digest, f"{path}card_digest"),
        scope=_to_scope(request.scope, f"{path}scope"),
    )


def _to_scope(scope: auth_pb2.ApiKeyScope.ValueType, field: str) -> Scope:
    if scope == auth_pb2.API_KEY_SCOPE_UNSPECIFIED:
        return Scope.GENERATE
    if scope not in SCOPES:
        raise InvalidRequestError(field, "Use generate or manage.")
    return SCOPES[scope]


def from_verdict(verdict: Verdict) -> auth_pb2.AuthorizeResponse:
    """Write a verdict; the account in it without its e-mail address."""
    return auth_pb2.AuthorizeResponse(
        decision=DECISIONS[verdict.decision],
        rate_limit=_from_reading(verdict.window),
        account=from_account(verdict.account) if verdict.account else None,
        verification_state=VERIFICATIONS[verdict.verification],
        payer=_from_payer(verdict.payer) if verdict.payer else None,
        canonical_url=verdict.canonical_url,
        admits_new_cards_apart=verdict.admits_new_cards_apart,
    )


def from_admission(verdict: Verdict) -> auth_pb2.AdmitNewCardResponse:
    """Write what was decided about a new card."""
    return auth_pb2.AdmitNewCardResponse(
        decision=DECISIONS[verdict.decision], rate_limit=_from_reading(verdict.window)
    )


def from_account(account: Account) -> auth_pb2.Account:
    """Write what decisions know of an account."""
    return auth_pb2.Account(
        account_id=account.account_id,
        plan_id=account.plan_id,
        rate_limit=account.rate_limit,
        ai_allowed=account.plan.ai_allowed,
    )


def _from_payer(payer: Payer) -> auth_pb2.Payer:
    return auth_pb2.Payer(
        payer_id=payer.payer_id,
        daily_credits_max=payer.daily_credits_max,
        daily_generations_max=payer.daily_generations_max,
    )


def _from_reading(reading: Reading) -> auth_pb2.RateLimit:
    reset_time = Timestamp()
    reset_time.FromMicroseconds(reading.reset_us)
    return auth_pb2.RateLimit(
        limit=reading.limit, remaining=reading.remaining, reset_time=reset_time
    )


def from_datetime(time: datetime | None) -> Timestamp | None:
    """Write a time; None where there is none."""
    if time is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp
