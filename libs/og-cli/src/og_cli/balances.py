"""`og credits balance`, `og credits low-balance` and `og credits notices`."""

from __future__ import annotations

from typing import Annotated

import grpc
import typer

from og.billing.v1 import billing_pb2
from og_cli.customers import demand_account
from og_cli.output import AccountId, AsJson, moment, show, show_rows
from og_cli.system import CALL_TIMEOUT_S, System, call

NEWEST_NOTICES = 100
MAX_LOW_BALANCE_CREDITS = 1_000_000_000


def balance(account: AccountId, *, as_json: AsJson = False) -> None:
    """Show what an account can spend, when its plan's credits renew and what comes then."""

    async def work(system: System) -> dict[str, object]:
        await demand_account(system, account)
        request = billing_pb2.GetBalanceRequest(account_id=account)
        found = (await system.billing.GetBalance(request, timeout=CALL_TIMEOUT_S)).balance
        value: dict[str, object] = {
            "balance": found.available_credits,
            "plan": found.plan_credits,
            "pack": found.pack_credits,
            "reserved": found.reserved_credits,
        }
        return value | as_dict(await _subscription(system, account))

    show(call(work), as_json=as_json)


def low_balance(
    account: AccountId,
    credits_: Annotated[
        int,
        typer.Option(
            "--credits",
            min=0,
            max=MAX_LOW_BALANCE_CREDITS,
            help="Below how many; 0: a tenth of the plan's monthly ones.",
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Set below which balance an account gets a notice."""
    request = billing_pb2.SetLowBalanceRequest(account_id=account, low_balance_credits=credits_)

    async def work(system: System) -> billing_pb2.Subscription:
        await demand_account(system, account)
        changed = await system.billing.SetLowBalance(request, timeout=CALL_TIMEOUT_S)
        return changed.subscription

    show(as_dict(call(work)), as_json=as_json)


def notices(
    account: Annotated[
        str, typer.Option("--account", help="Whose; everybody's if left away.", metavar="ID")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List what accounts were to be told of their balance, newest first."""
    request = billing_pb2.ListNoticesRequest(account_id=account, page_size=NEWEST_NOTICES)

    async def work(system: System) -> list[dict[str, object]]:
        if account:
            await demand_account(system, account)
        listed = await system.billing.ListNotices(request, timeout=CALL_TIMEOUT_S)
        return [
            {
                "time": moment(notice.create_time),
                "account": notice.account_id,
                "notice": billing_pb2.NoticeKind.Name(notice.kind)
                .removeprefix("NOTICE_KIND_")
                .lower(),
                "balance": notice.available_credits,
            }
            for notice in listed.notices
        ]

    show_rows("notices", call(work), as_json=as_json)


def as_dict(subscription: billing_pb2.Subscription | None) -> dict[str, object]:
    """Tell a subscription; of none, that there is no plan whose credits would renew."""
    if subscription is None:
        return {"plan_id": None, "next_plan_id": None, "month_ends": None, "low_balance": None}
    return {
        "plan_id": subscription.plan_id,
        "next_plan_id": subscription.next_plan_id,
        "month_ends": moment(subscription.period_end_time),
        "low_balance": subscription.low_balance_credits,
    }


async def _subscription(system: System, account_id: str) -> billing_pb2.Subscription | None:
    request = billing_pb2.GetSubscriptionRequest(account_id=account_id)
    try:
        found = await system.billing.GetSubscription(request, timeout=CALL_TIMEOUT_S)
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise
    return found.subscription
