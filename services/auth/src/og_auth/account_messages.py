"""AccountService's messages as domain objects, and domain objects as messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

from og.auth.v1 import auth_pb2
from og_auth.accounts import AccountRecord, PlanChange
from og_auth.api_keys import ApiKey, ApiKeyChanges, Scope
from og_auth.identity.mailbox import Mailbox
from og_auth.masks import checked_mask
from og_auth.messages import SCOPES, from_account, from_datetime
from og_auth.suspensions import Kind, Target
from og_service.errors import InvalidRequestError

DEFAULT_PAGE_SIZE: Final = 100
MAX_PAGE_SIZE: Final = 1_000

# PostgreSQL keeps later ones, but Python cannot read them in every time zone.
LATEST_TIME: Final = datetime(9999, 1, 1, tzinfo=UTC)


def to_account_changes(
    request: auth_pb2.UpdateAccountRequest,
) -> tuple[PlanChange | None, int | None]:
    """Read the plan and the override that are to be set, or raise InvalidRequestError."""
    fields = ("plan_id", "plan_time", "rate_limit_override")
    named = checked_mask(request.update_mask.paths, fields)
    if "plan_time" in named and "plan_id" not in named:
        raise InvalidRequestError("plan_time", "Name plan_id in update_mask, too.")
    if request.HasField("plan_time") and "plan_time" not in named:
        raise InvalidRequestError("plan_time", "Name plan_time in update_mask, or leave it out.")
    plan = PlanChange(request.plan_id, to_time(request, "plan_time"))
    return (
        plan if "plan_id" in named else None,
        request.rate_limit_override if "rate_limit_override" in named else None,
    )


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


def to_target(request: auth_pb2.SetSuspensionRequest) -> Target:
    """Read what is to be suspended, or raise InvalidRequestError."""
    match request.WhichOneof("target"):
        case "account_id":
            return Target(Kind.ACCOUNT, request.account_id)
        case "api_key_id":
            return Target(Kind.API_KEY, request.api_key_id)
        case "site_id":
            return Target(Kind.SITE, request.site_id)
    raise InvalidRequestError("target", "Name an account, an API key or a site.")


def to_scopes(scopes: Iterable[auth_pb2.ApiKeyScope.ValueType]) -> frozenset[Scope]:
    """Read what a key is to be good for, or raise InvalidRequestError."""
    if any(scope not in SCOPES for scope in scopes):
        raise InvalidRequestError("scopes", "Use generate, manage or both; none means generate.")
    return frozenset(SCOPES[scope] for scope in scopes)


def to_page_size(page_size: int) -> int:
    """Read how much to list, or raise InvalidRequestError."""
    if not 0 <= page_size <= MAX_PAGE_SIZE:
        raise InvalidRequestError("page_size", f"Use 1 to {MAX_PAGE_SIZE:,}, or 0.")
    return page_size or DEFAULT_PAGE_SIZE


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


def to_duration(duration: Duration) -> timedelta:
    """Read a duration; what no timedelta holds becomes the longest one or its opposite."""
    try:
        return duration.ToTimedelta()
    except (ValueError, OverflowError):
        return timedelta.max if duration.seconds > 0 else timedelta.min


def from_account_record(account: AccountRecord, mailbox: Mailbox) -> auth_pb2.Account:
    """Write all of an account."""
    message = from_account(account)
    message.MergeFrom(
        auth_pb2.Account(
            email=account.email,
            next_plan_id=account.next_plan_id or "",
            next_plan_time=from_datetime(account.next_plan_time),
            create_time=from_datetime(account.create_time),
            suspend_time=from_datetime(account.suspend_time),
            suspend_reason=account.suspend_reason,
            email_verify_time=from_datetime(account.email_verify_time),
            needs_email_verification=mailbox.needs_verification(account),
            delete_time=from_datetime(account.delete_time),
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
