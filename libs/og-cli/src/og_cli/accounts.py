"""`og accounts`."""

from __future__ import annotations

import secrets
import uuid
from typing import Annotated

import grpc
import typer

from og.auth.v1 import auth_pb2
from og.billing.v1 import billing_pb2
from og_cli.output import AccountId, AsJson, moment, show, show_rows
from og_cli.plans import PlanName, demand_plan, set_plan, subscribe
from og_cli.suspension import Reason, set_suspension
from og_cli.system import CALL_TIMEOUT_S, System, call, fail

app = typer.Typer(
    help="Create, show, change, suspend and list accounts, and set plans.", no_args_is_help=True
)
app.command("set-plan")(set_plan)

MAX_RATE_LIMIT = 1_000_000
NEWEST_ACCOUNTS = 100
PAGE_ACCOUNTS = 1_000
PASSWORD_BYTES = 18
"""Random ones: 24 characters of base64url."""

Credits = Annotated[
    int | None,
    typer.Option(
        "--credits",
        min=0,
        help="Grant exactly these, once, as a pack. Default: the plan's, each month.",
    ),
]
RateLimit = Annotated[
    int, typer.Option(min=0, help="Requests a minute instead of the plan's; 0: the plan's.")
]


@app.command()
def create(
    email: Annotated[str, typer.Option(help="The customer's e-mail address.")],
    plan: PlanName,
    credits_: Credits = None,
    rate_limit: RateLimit = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Create an account and grant its first credits."""
    demand_plan(plan)
    request = auth_pb2.CreateAccountRequest(
        email=email, plan_id=plan, rate_limit_override=rate_limit
    )

    async def work(system: System) -> dict[str, object]:
        created = await system.accounts.CreateAccount(request, timeout=CALL_TIMEOUT_S)
        balance = await _first_credits(system, created.account.account_id, plan, credits_)
        return _as_dict(created.account) | {"balance": balance}

    show(call(work), as_json=as_json)


@app.command(name="show")
def show_one(
    account: Annotated[str, typer.Option("--account", help="Its id.", metavar="ID")] = "",
    email: Annotated[str, typer.Option(help="Or its e-mail address.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show an account, named by its id or its e-mail address."""
    if bool(account) == bool(email):
        fail("name the account by --account or by --email")

    async def work(system: System) -> auth_pb2.Account:
        request = (
            auth_pb2.GetAccountRequest(account_id=account)
            if account
            else auth_pb2.GetAccountRequest(email=email)
        )
        return (await system.accounts.GetAccount(request, timeout=CALL_TIMEOUT_S)).account

    show(_as_dict(call(work)), as_json=as_json)


@app.command(name="list")
def list_all(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help=f"All, not only the newest {NEWEST_ACCOUNTS}.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List accounts, newest first."""

    async def work(system: System) -> list[dict[str, object]]:
        request = auth_pb2.ListAccountsRequest(
            page_size=PAGE_ACCOUNTS if everything else NEWEST_ACCOUNTS
        )
        rows: list[dict[str, object]] = []
        while True:
            page = await system.accounts.ListAccounts(request, timeout=CALL_TIMEOUT_S)
            rows += map(_as_dict, page.accounts)
            if not (everything and page.next_page_token):
                return rows
            request.page_token = page.next_page_token

    show_rows("accounts", call(work), as_json=as_json)


@app.command()
def update(
    account: AccountId,
    rate_limit: Annotated[
        int,
        typer.Option(
            min=0, max=MAX_RATE_LIMIT, help="Requests a minute, from now on; 0: the plan's."
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Change how many requests a minute an account may make; set-plan changes its plan."""
    request = auth_pb2.UpdateAccountRequest(account_id=account, rate_limit_override=rate_limit)
    request.update_mask.paths.append("rate_limit_override")

    async def work(system: System) -> auth_pb2.UpdateAccountResponse:
        return await system.accounts.UpdateAccount(request, timeout=CALL_TIMEOUT_S)

    show(_as_dict(call(work).account), as_json=as_json)


@app.command(name="set-password")
def set_password(account: AccountId, *, as_json: AsJson = False) -> None:
    """Give an account a new random password, which is shown once, and end its sessions."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    request = auth_pb2.SetPasswordRequest(account_id=account, password=password)

    async def work(system: System) -> auth_pb2.SetPasswordResponse:
        return await system.accounts.SetPassword(request, timeout=CALL_TIMEOUT_S)

    call(work)
    show({"id": account, "password": password}, as_json=as_json)


@app.command()
def suspend(account: AccountId, reason: Reason, *, as_json: AsJson = False) -> None:
    """Deny all requests of an account until it is resumed; it keeps all it has."""
    request = auth_pb2.SetSuspensionRequest(account_id=account, suspended=True, reason=reason)
    set_suspension(request, as_json=as_json)


@app.command()
def resume(account: AccountId, *, as_json: AsJson = False) -> None:
    """End the suspension of an account."""
    set_suspension(auth_pb2.SetSuspensionRequest(account_id=account), as_json=as_json)


async def _first_credits(system: System, account_id: str, plan: str, credits_: int | None) -> int:
    request = billing_pb2.GrantRequest(
        charge_id=str(uuid.uuid4()),
        account_id=account_id,
        credits=credits_ or 0,
        bucket=billing_pb2.BUCKET_PACK,
        reference="first-credits",
    )
    # Whether or not they were granted after all, this grants them once.
    mend = (
        f"og credits grant --account {account_id} --credits {credits_} "
        f"--reference {request.reference} --charge-id {request.charge_id}"
    )
    try:
        if credits_ is None:
            mend = f"og accounts set-plan --account {account_id} --plan {plan}"
            return (await subscribe(system, account_id, plan)).balance.available_credits
        if credits_ == 0:
            return 0
        return (
            await system.billing.Grant(request, timeout=CALL_TIMEOUT_S)
        ).balance.available_credits
    except grpc.aio.AioRpcError as error:
        fail(
            f"account {account_id} was created but may have no credits ({error.details()}); "
            f"make sure of it with: {mend}"
        )


def _as_dict(account: auth_pb2.Account) -> dict[str, object]:
    return {
        "id": account.account_id,
        "email": account.email,
        "plan": account.plan_id,
        "rate_limit": account.rate_limit,
        "ai_allowed": account.ai_allowed,
        "next_plan": account.next_plan_id,
        "next_plan_from": moment(account.next_plan_time),
        "created": moment(account.create_time),
        "verified": moment(account.email_verify_time),
        "deleted": moment(account.delete_time),
        "suspended": moment(account.suspend_time),
        "suspend_reason": account.suspend_reason,
    }
