"""`og keys`."""

from __future__ import annotations

from typing import Annotated

import typer

from og.auth.v1 import auth_pb2
from og_cli.output import AccountId, AsJson, moment, show, show_rows
from og_cli.system import CALL_TIMEOUT_S, System, call

app = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)


@app.command()
def create(
    account: AccountId,
    name: Annotated[str, typer.Option(help="A name for people.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Create an API key. It is shown this once."""
    request = auth_pb2.CreateApiKeyRequest(account_id=account, display_name=name)

    async def work(system: System) -> auth_pb2.CreateApiKeyResponse:
        return await system.accounts.CreateApiKey(request, timeout=CALL_TIMEOUT_S)

    created = call(work)
    show({"key": created.secret} | _as_dict(created.api_key), as_json=as_json)


@app.command(name="list")
def list_all(account: AccountId, *, as_json: AsJson = False) -> None:
    """List an account's API keys, newest first."""
    request = auth_pb2.ListApiKeysRequest(account_id=account)

    async def work(system: System) -> auth_pb2.ListApiKeysResponse:
        return await system.accounts.ListApiKeys(request, timeout=CALL_TIMEOUT_S)

    show_rows("keys", [_as_dict(key) for key in call(work).api_keys], as_json=as_json)


@app.command()
def revoke(
    key: Annotated[str, typer.Option("--key", help="The key's id.", metavar="ID")],
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
        "created": moment(key.create_time),
        "revoked": moment(key.revoke_time),
    }
