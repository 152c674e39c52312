"""Domain objects as messages, and messages as domain objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from og.auth.v1 import auth_pb2
from og_auth.accounts import Account, AccountRecord
from og_auth.api_keys import ApiKey, ApiKeyChanges, Scope
from og_auth.attempts import Attempt
from og_auth.clients import Client, parse_client
from og_auth.credentials import Payer
from og_auth.decisions import Verdict
from og_auth.errors import InvalidClientAddressError
from og_auth.judgements import Decision
from og_auth.masks import checked_mask
from og_auth.rate_limits import Reading
from og_auth.verification import Verification
from og_service.errors import InvalidRequestError

# PostgreSQL keeps later ones, but Python cannot read them in every time zone.
LATEST_TIME: Final = datetime(9999, 1, 1, tzinfo=UTC)

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


def to_scopes(scopes: Iterable[auth_pb2.ApiKeyScope.ValueType]) -> frozenset[Scope]:
    """Read what a key is to be good for, or raise InvalidRequestError."""
    if any(scope not in SCOPES for scope in scopes):
        raise InvalidRequestError("scopes", "Use generate, manage or both; none means generate.")
    return frozenset(SCOPES[scope] for scope in scopes)


def to_api_key_changes(request: auth_pb2.UpdateApiKeyRequest) -> ApiKeyChanges:
    """Read what is to be changed, or raise InvalidRequestError."""
    named = checked_mask(request.update_mask.paths, ApiKeyChanges.__annotations__)
    changes = ApiKeyChanges()
    if "display_name" in named:
        changes["display_name"] = request.display_name
    if "expire_time" in named:
        changes["expire_time"] = to_time(request, "expire_time")
    if "daily_credits_max" in named:
        changes["daily_credits_max"] = request.daily_credits_max
    return changes


def to_time(request: Message, field: str) -> datetime | None:
    """Read a time of a request; None where it is not set. Raises InvalidRequestError."""
    if not request.HasField(field):
        return None
    try:
        time: datetime = getattr(request, field).ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        time = LATEST_TIME
    if time >= LATEST_TIME:
        raise InvalidRequestError(field, f"Give a time before the year {LATEST_TIME.year}.")
    return time


def to_duration(duration: Duration, field: str) -> timedelta:
    """Read a duration, or raise InvalidRequestError."""
    try:
        return duration.ToTimedelta()
    except (ValueError, OverflowError):
        raise InvalidRequestError(
            field, "Give whole seconds, and nanos of the same sign."
        ) from None


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
        account=_from_account(verdict.account) if verdict.account else None,
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


def from_account(account: AccountRecord) -> auth_pb2.Account:
    """Write all of an account."""
    message = _from_account(account)
    message.MergeFrom(
        auth_pb2.Account(
            email=account.email,
            next_plan_id=account.next_plan_id or "",
            next_plan_time=from_datetime(account.next_plan_time),
            create_time=from_datetime(account.create_time),
            suspend_time=from_datetime(account.suspend_time),
            suspend_reason=account.suspend_reason,
        )
    )
    return message


def from_api_key(api_key: ApiKey) -> auth_pb2.ApiKey:
    """Write what is kept of an API key."""
    return auth_pb2.ApiKey(
        api_key_id=api_key.api_key_id,
        account_id=api_key.account_id,
        display_name=api_key.display_name,
        secret_suffix=api_key.secret_suffix,
        create_time=from_datetime(api_key.create_time),
        revoke_time=from_datetime(api_key.revoke_time),
        scopes=[value for value, scope in SCOPES.items() if scope in api_key.scopes],
        expire_time=from_datetime(api_key.expire_time),
        last_use_time=from_datetime(api_key.last_use_time),
        daily_credits_max=api_key.daily_credits_max,
        suspend_time=from_datetime(api_key.suspend_time),
        suspend_reason=api_key.suspend_reason,
    )


def _from_account(account: Account) -> auth_pb2.Account:
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
