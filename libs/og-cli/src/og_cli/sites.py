"""`og sites`."""

from __future__ import annotations

from typing import Annotated, Any

import grpc
import typer
from google.protobuf.field_mask_pb2 import FieldMask

from og.auth.v1 import auth_pb2
from og_cli.output import AccountId, AsJson, Maximum, moment, show, show_rows
from og_cli.suspension import Reason, set_suspension
from og_cli.system import CALL_TIMEOUT_S, System, call, fail

app = typer.Typer(help="Register, change, suspend and list sites.", no_args_is_help=True)

SiteId = Annotated[str, typer.Option("--site", help="The site's id.", metavar="ID")]
Hosts = Annotated[
    list[str] | None,
    typer.Option("--host", help="A further host, as staging.example.com. Repeat it for more."),
]
Subdomains = Annotated[
    bool | None,
    typer.Option("--subdomains/--no-subdomains", help="Whether all names below the domain count."),
]
AnyTag = Annotated[
    bool | None,
    typer.Option(
        "--any-tag/--same-card",
        help="Whether any tag with the site's id will do, or it must carry the card asked for.",
    ),
]
DailyCards = Annotated[
    int | None, typer.Option(min=0, help="New cards a day (UTC); 0: as many as the plan says.")
]
DailyCredits = Annotated[
    int | None, typer.Option(min=0, help="Credits a day (UTC); 0: without a limit.")
]


@app.command()
def create(  # noqa: PLR0913 - options
    account: AccountId,
    domain: Annotated[str, typer.Option(help="For example blog.example.com.")],
    host: Hosts = None,
    daily_cards: DailyCards = None,
    daily_credits: DailyCredits = None,
    *,
    subdomains: Subdomains = None,
    any_tag: AnyTag = None,
    as_json: AsJson = False,
) -> None:
    """Register a site; one that the account already has is given again, with what is set here."""
    request = auth_pb2.CreateSiteRequest(account_id=account, domain=domain)
    update = _update(
        further_hosts=host,
        includes_subdomains=subdomains,
        tag_policy=_policy(any_tag),
        daily_generations_max=daily_cards,
        daily_credits_max=daily_credits,
    )

    async def work(system: System) -> auth_pb2.Site:
        site = (await system.accounts.CreateSite(request, timeout=CALL_TIMEOUT_S)).site
        return await _completed(system, site, update)

    show(_as_dict(call(work)), as_json=as_json)


@app.command()
def update(  # noqa: PLR0913 - options
    site: SiteId,
    host: Hosts = None,
    daily_cards: DailyCards = None,
    daily_credits: DailyCredits = None,
    *,
    no_hosts: Annotated[bool, typer.Option("--no-hosts", help="Leave no further host.")] = False,
    subdomains: Subdomains = None,
    any_tag: AnyTag = None,
    as_json: AsJson = False,
) -> None:
    """Change a site. What is not named stays; the hosts named take the place of all there were."""
    if host and no_hosts:
        fail("name hosts by --host or leave none by --no-hosts, not both")
    request = _update(
        further_hosts=[] if no_hosts else host,
        includes_subdomains=subdomains,
        tag_policy=_policy(any_tag),
        daily_generations_max=daily_cards,
        daily_credits_max=daily_credits,
    )
    if not request.update_mask.paths:
        fail("name what is to change; see og sites update --help")
    request.site_id = site

    async def work(system: System) -> auth_pb2.Site:
        return (await system.accounts.UpdateSite(request, timeout=CALL_TIMEOUT_S)).site

    show(_as_dict(call(work)), as_json=as_json)


@app.command(name="show")
def show_one(site: SiteId, *, as_json: AsJson = False) -> None:
    """Show a site."""
    request = auth_pb2.GetSiteRequest(site_id=site)

    async def work(system: System) -> auth_pb2.Site:
        return (await system.accounts.GetSite(request, timeout=CALL_TIMEOUT_S)).site

    show(_as_dict(call(work)), as_json=as_json)


@app.command(name="list")
def list_all(account: AccountId, *, as_json: AsJson = False) -> None:
    """List an account's sites, newest first."""
    request = auth_pb2.ListSitesRequest(account_id=account)

    async def work(system: System) -> auth_pb2.ListSitesResponse:
        return await system.accounts.ListSites(request, timeout=CALL_TIMEOUT_S)

    show_rows("sites", [_as_dict(site) for site in call(work).sites], as_json=as_json)


@app.command()
def suspend(site: SiteId, reason: Reason, *, as_json: AsJson = False) -> None:
    """Deny all requests with a site id until the site is resumed."""
    request = auth_pb2.SetSuspensionRequest(site_id=site, suspended=True, reason=reason)
    set_suspension(request, as_json=as_json)


@app.command()
def resume(site: SiteId, *, as_json: AsJson = False) -> None:
    """End the suspension of a site."""
    set_suspension(auth_pb2.SetSuspensionRequest(site_id=site), as_json=as_json)


def _update(**fields: Any) -> auth_pb2.UpdateSiteRequest:
    """Ask for those fields that are not None."""
    named = {name: value for name, value in fields.items() if value is not None}
    return auth_pb2.UpdateSiteRequest(update_mask=FieldMask(paths=named), **named)


def _policy(any_tag: bool | None) -> auth_pb2.TagPolicy.ValueType | None:  # noqa: FBT001
    if any_tag is None:
        return None
    return auth_pb2.TAG_POLICY_ANY if any_tag else auth_pb2.TAG_POLICY_SAME_CARD


async def _completed(
    system: System, site: auth_pb2.Site, update: auth_pb2.UpdateSiteRequest
) -> auth_pb2.Site:
    """Set what a new site is to have beyond its domain."""
    if not update.update_mask.paths:
        return site
    update.site_id = site.site_id
    try:
        return (await system.accounts.UpdateSite(update, timeout=CALL_TIMEOUT_S)).site
    except grpc.aio.AioRpcError as error:
        fail(
            f"site {site.site_id} is registered, but nothing else was set ({error.details()}); "
            f"set it with: og sites update --site {site.site_id}"
        )


def _as_dict(site: auth_pb2.Site) -> dict[str, object]:
    policy = auth_pb2.TagPolicy.Name(site.tag_policy).removeprefix("TAG_POLICY_").lower()
    return {
        "site_id": site.site_id,
        "domain": site.domain,
        "hosts": list(site.further_hosts),
        "subdomains": site.includes_subdomains,
        "tag": policy,
        "daily_cards": site.daily_generations_max,
        "daily_credits": Maximum(site.daily_credits_max),
        "suspended": moment(site.suspend_time),
        "suspend_reason": site.suspend_reason,
        "created": moment(site.create_time),
    }
