"""Domain objects as messages, and messages as domain objects."""

from __future__ import annotations

from collections.abc import Iterable
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
from og_auth.judgements import Decision, Judgement
from og_auth.verification import Verification
from og_service.errors import InvalidRequestError

DIGEST_BYTES: Final = 32
_MICROS_PER_S: Final = 1_000_000
_NANOS_PER_MICRO: Final = 1_000
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


def to_attempts(requests: Iterable[auth_pb2.AuthorizeRequest]) -> list[Attempt]:
    """Read the requests of a batch; those that are equal are one attempt, several times."""
    attempts: list[Attempt] = []
    known: dict[bytes, Attempt] = {}
    for n, request in enumerate(requests):
        wire = request.SerializeToString()
        attempt = known.get(wire)
        if attempt is None:
            attempt = known[wire] = to_attempt(request, f"requests[{n}].")
        attempts.append(attempt)
    return attempts


def to_attempt(request: auth_pb2.AuthorizeRequest, path: str = "") -> Attempt:
    """Read a request; `path` leads to it in the message that holds it."""
    credential = request.WhichOneof("credential")
    return Attempt(
        client=to_client(request.client_address, f"{path}client_address"),
        api_key=request.api_key if credential == "api_key" else None,
        site_id=request.site_id if credential == "site_id" else None,
        session_token=request.session_token if credential == "session_token" else None,
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


def from_verdicts(verdicts: Iterable[Verdict]) -> auth_pb2.BatchAuthorizeResponse:
    """Write the verdicts of a batch.

    Those on one judgement differ only in what their window leaves them, so the rest is written once
    and copied. Whatever is written is written in its place: messages made apart cost twice as much.
    """
    batch = auth_pb2.BatchAuthorizeResponse()
    responses = batch.responses
    alike: dict[tuple[Judgement, bool, int, int], auth_pb2.AuthorizeResponse] = {}
    for verdict in verdicts:
        admitted, limit, remaining, reset_us = verdict.window
        key = (verdict.judgement, admitted, limit, reset_us)
        written = alike.get(key)
        if written is None:
            alike[key] = written = responses.add()
            _write(written, verdict)
        else:
            responses.append(written)  # which copies
            responses[-1].rate_limit.remaining = remaining
    return batch


def from_verdict(verdict: Verdict) -> auth_pb2.AuthorizeResponse:
    """Write a verdict; the account in it without its e-mail address."""
    response = auth_pb2.AuthorizeResponse()
    _write(response, verdict)
    return response


def _write(response: auth_pb2.AuthorizeResponse, verdict: Verdict) -> None:
    judgement, decision = verdict.judgement, verdict.decision
    response.decision = DECISIONS[decision]
    response.verification_state = VERIFICATIONS[judgement.verification]
    response.canonical_url = judgement.canonical_url
    response.admits_new_cards_apart = verdict.admits_new_cards_apart
    response.serves_fallback = judgement.serves_fallback
    if judgement.account:
        _write_account(response.account, judgement.account)
    if judgement.payer and decision is Decision.ALLOWED:
        _write_payer(response.payer, judgement.payer)
    _write_window(response.rate_limit, verdict)


def _write_window(message: auth_pb2.RateLimit, verdict: Verdict) -> None:
    window = verdict.window
    message.limit, message.remaining = window.limit, window.remaining
    time = message.reset_time
    time.seconds, micros = divmod(window.reset_us, _MICROS_PER_S)
    time.nanos = micros * _NANOS_PER_MICRO
    message.counts_failures = verdict.counts_failures


def from_admission(verdict: Verdict) -> auth_pb2.AdmitNewCardResponse:
    """Write what was decided about a new card."""
    response = auth_pb2.AdmitNewCardResponse(decision=DECISIONS[verdict.decision])
    _write_window(response.rate_limit, verdict)
    return response


def from_account(account: Account) -> auth_pb2.Account:
    """Write what decisions know of an account."""
    message = auth_pb2.Account()
    _write_account(message, account)
    return message


def _write_account(message: auth_pb2.Account, account: Account) -> None:
    message.account_id = account.account_id
    message.plan_id = account.plan_id
    message.rate_limit = account.rate_limit
    message.ai_allowed = account.plan.ai_allowed


def _write_payer(message: auth_pb2.Payer, payer: Payer) -> None:
    message.payer_id = payer.payer_id
    message.daily_credits_max = payer.daily_credits_max
    message.daily_generations_max = payer.daily_generations_max


def from_datetime(time: datetime | None) -> Timestamp | None:
    """Write a time; None where there is none."""
    if time is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp
