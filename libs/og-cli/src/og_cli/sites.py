"""`og sites`."""

from __future__ import annotations

from typing import Annotated

import typer

from og.auth.v1 import auth_pb2
from og_cli.output import AccountId, AsJson, moment, show, show_rows
from og_cli.system import CALL_TIMEOUT_S, System, call

app = typer.Typer(help="Register and list sites.", no_args_is_help=True)


@app.command()
def create(
    account: AccountId,
    domain: Annotated[str, typer.Option(help="For example blog.example.com.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Register a site; one that the account already has is given again."""
    request = auth_pb2.CreateSiteRequest(account_id=account, domain=domain)

    async def work(system: System) -> auth_pb2.CreateSiteResponse:
        return await system.accounts.CreateSite(request, timeout=CALL_TIMEOUT_S)

    show(_as_dict(call(work).site), as_json=as_json)


@app.command(name="list")
def list_all(account: AccountId, *, as_json: AsJson = False) -> None:
    """List an account's sites, newest first."""
    request = auth_pb2.ListSitesRequest(account_id=account)

    async def work(system: System) -> auth_pb2.ListSitesResponse:
        return await system.accounts.ListSites(request, timeout=CALL_TIMEOUT_S)

    show_rows("sites", [_as_dict(site) for site in call(work).sites], as_json=as_json)


def _as_dict(site: auth_pb2.Site) -> dict[str, object]:
    return {
        "site_id": site.site_id,
        "domain": site.domain,
        "created": moment(site.create_time),
    }
