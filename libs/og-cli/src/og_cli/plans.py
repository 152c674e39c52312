"""`og accounts set-plan`, and the plan that a new account starts with."""

from __future__ import annotations

from typing import Annotated

import typer

from og.auth.v1 import auth_pb2
from og.billing.v1 import billing_pb2
from og_cli.customers import demand_account
from og_cli.output import AccountId, AsJson, moment, show
from og_cli.system import CALL_TIMEOUT_S, System, call, fail
from og_plans import PLANS

PlanName = Annotated[str, typer.Option(help=f"One of: {', '.join(PLANS)}.")]


def demand_plan(name: str) -> None:
    """Refuse a plan that does not exist."""
    if name not in PLANS:
        fail(f"there is no plan {name!r}; choose one of {', '.join(PLANS)}")


async def subscribe(system: System, account_id: str, plan: str) -> billing_pb2.SetPlanResponse:
    """Have an account get a plan's credits from now on, or from its next month."""
    request = billing_pb2.SetPlanRequest(account_id=account_id, plan_id=plan)
    return await system.billing.SetPlan(request, timeout=CALL_TIMEOUT_S)


def set_plan(account: AccountId, plan: PlanName, *, as_json: AsJson = False) -> None:
    """Put an account on a plan: at once if it has more credits, else with its next month.

    What is cut off half-way is completed by running it again.
    """
    demand_plan(plan)

    async def work(system: System) -> dict[str, object]:
        await demand_account(system, account)
        # Billing first: it knows when. Told again, it changes nothing and says the same.
        answer = await subscribe(system, account, plan)
        subscription = answer.subscription
        request = auth_pb2.UpdateAccountRequest(account_id=account, plan_id=plan)
        request.update_mask.paths.append("plan_id")
        comes_later = subscription.plan_id != plan
        if comes_later:
            request.update_mask.paths.append("plan_time")
            request.plan_time.CopyFrom(subscription.period_end_time)
        updated = await system.accounts.UpdateAccount(request, timeout=CALL_TIMEOUT_S)
        return {
            "plan": updated.account.plan_id,
            "next_plan": plan if comes_later else "",
            "from": moment(subscription.period_end_time) if comes_later else "now",
            "month_ends": moment(subscription.period_end_time),
            "balance": answer.balance.available_credits,
        }

    show(call(work), as_json=as_json)
