"""`og keys`."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from og.auth.v1 import auth_pb2
from og_cli.output import AccountId, AsJson, Maximum, moment, show, show_rows
from og_cli.suspension import Reason, set_suspension
from og_cli.system import CALL_TIMEOUT_S, System, call, fail
from og_cli.times import parse_duration, parse_end

app = typer.Typer(help="Create, change, rotate, revoke and list API keys.", no_args_is_help=True)

MAX_DAILY_CREDITS = 1_000_000_000


class Scope(StrEnum):
    """What a key is good for."""

    GENERATE = "generate"
    MANAGE = "manage"


_PREFIX = "API_KEY_SCOPE_"

KeyId = Annotated[str, typer.Option("--key", help="The key's id.", metavar="ID")]
Expires = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_end,
        metavar="WHEN",
        help="When it stops being good: 90d, 2027-01-31, 2027-01-31T12:00Z or never.",
    ),
]
DailyCredits = Annotated[
    int | None,
    typer.Option(
        "--daily-credits",
        min=0,
        max=MAX_DAILY_CREDITS,
        help="Credits that may be spent through it on a day of UTC; 0: no limit.",
    ),
]


@app.command()
def create(
    account: AccountId,
    name: Annotated[str, typer.Option(help="A name for people.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it is good for, once for each. Default: generate."),
    ] = None,
    expires: Expires = None,
    daily_credits: DailyCredits = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Create an API key. It is shown this once."""
    request = auth_pb2.CreateApiKeyRequest(
        account_id=account,
        display_name=name,
        scopes=[auth_pb2.ApiKeyScope.Value(_PREFIX + each.name) for each in scope or ()],
        daily_credits_max=daily_credits or 0,
    )
    if expires:
        request.expire_time.FromDatetime(expires)

    async def work(system: System) -> auth_pb2.CreateApiKeyResponse:
        return await system.accounts.CreateApiKey(request, timeout=CALL_TIMEOUT_S)

    created = call(work)
    show({"key": created.secret} | _as_dict(created.api_key), as_json=as_json)


@app.command()
def rotate(
    key: KeyId,
    overlap: Annotated[
        timedelta | None,
        typer.Option(
            parser=parse_duration,
            metavar="DURATION",
            help="How long the old one stays good: 24h, 7d; at most 30d. Default: not at all.",
        ),
    ] = None,
    expires: Expires = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Create an API key that takes another's place, with its name, scopes and daily limit.

    The new one is shown this once; it has no end unless --expires gives one.
    """
    request = auth_pb2.RotateApiKeyRequest(api_key_id=key)
    request.overlap.FromTimedelta(overlap or timedelta(0))
    if expires:
        request.expire_time.FromDatetime(expires)

    async def work(system: System) -> auth_pb2.RotateApiKeyResponse:
        return await system.accounts.RotateApiKey(request, timeout=CALL_TIMEOUT_S)

    rotated = call(work)
    value = {"key": rotated.secret} | _as_dict(rotated.api_key)
    value["replaces"] = rotated.replaced.api_key_id
    value["old_key_expires"] = moment(rotated.replaced.expire_time)
    show(value, as_json=as_json)


@app.command()
def update(
    key: KeyId,
    name: Annotated[str | None, typer.Option(help="A name for people.")] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="90d, 2027-01-31, 2027-01-31T12:00Z or never."),
    ] = None,
    daily_credits: DailyCredits = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Change the name, the end or the daily limit of an API key."""
    request = auth_pb2.UpdateApiKeyRequest(api_key_id=key)
    if name is not None:
        request.display_name = name
        request.update_mask.paths.append("display_name")
    if expires is not None:
        if end := parse_end(expires):
            request.expire_time.FromDatetime(end)
        request.update_mask.paths.append("expire_time")
    if daily_credits is not None:
        request.daily_credits_max = daily_credits
        request.update_mask.paths.append("daily_credits_max")
    if not request.update_mask.paths:
        fail("say what to change: --name, --expires or --daily-credits")

    async def work(system: System) -> auth_pb2.UpdateApiKeyResponse:
        return await system.accounts.UpdateApiKey(request, timeout=CALL_TIMEOUT_S)

    show(_as_dict(call(work).api_key), as_json=as_json)


@app.command()
def suspend(key: KeyId, reason: Reason, *, as_json: AsJson = False) -> None:
    """Deny all requests with an API key until it is resumed."""
    request = auth_pb2.SetSuspensionRequest(api_key_id=key, suspended=True, reason=reason)
    set_suspension(request, as_json=as_json)


@app.command()
def resume(key: KeyId, *, as_json: AsJson = False) -> None:
    """End the suspension of an API key."""
    set_suspension(auth_pb2.SetSuspensionRequest(api_key_id=key), as_json=as_json)


@app.command(name="list")
def list_all(account: AccountId, *, as_json: AsJson = False) -> None:
    """List an account's API keys, newest first."""
    request = auth_pb2.ListApiKeysRequest(account_id=account)

    async def work(system: System) -> auth_pb2.ListApiKeysResponse:
        return await system.accounts.ListApiKeys(request, timeout=CALL_TIMEOUT_S)

    show_rows("keys", [_as_dict(key) for key in call(work).api_keys], as_json=as_json)


@app.command()
def revoke(
    key: KeyId,
    *,
    as_json: AsJson = False,
) -> None:
    """Revoke an API key; requests with it are refused from now on."""
    request = auth_pb2.RevokeApiKeyRequest(api_key_id=key)

    async def work(system: System) -> auth_pb2.RevokeApiKeyResponse:
        return await system.accounts.RevokeApiKey(request, timeout=CALL_TIMEOUT_S)

    show(_as_dict(call(work).api_key), as_json=as_json)


def _as_dict(key: auth_pb2.ApiKey) -> dict[str, object]:
    return {
        "id": key.api_key_id,
        "name": key.display_name,
        "ends_with": key.secret_suffix,
        "scopes": [
            auth_pb2.ApiKeyScope.Name(each).removeprefix(_PREFIX).lower() for each in key.scopes
        ],
        "daily_credits": Maximum(key.daily_credits_max),
        "created": moment(key.create_time),
        "last_used": moment(key.last_use_time),
        "expires": moment(key.expire_time),
        "revoked": moment(key.revoke_time),
        "suspended": moment(key.suspend_time),
        "suspend_reason": key.suspend_reason,
    }
