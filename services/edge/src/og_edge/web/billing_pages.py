"""Plans and packs, and what Stripe tells of them."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

import structlog
from starlette.responses import PlainTextResponse, Response

from og_edge.credit_books import CreditBooks
from og_edge.deadline import Deadline, OutOfTimeError
from og_edge.payments import Buyer, PaidPlanState, PaymentDesk, Payments, PlanKeeper
from og_edge.web.errors import PageError
from og_edge.web.routing import Access, page
from og_edge.web.security import PagePolicy
from og_edge.web.visit import Visit
from og_plans import PLANS
from og_service.status import RemoteError

log = structlog.get_logger()

BILLING_PATH: Final = "/dashboard/billing"
STRIPE_PAGES: Final = ("https://checkout.stripe.com", "https://billing.stripe.com")
"""Where forms of the page end; browsers hold redirects to form-action, too (CSP 3, 6.1.2)."""
MAX_SIGNATURE_CHARS: Final = 1_024

_REFUSALS: Final = {
    "ALREADY_SUBSCRIBED": "You pay for a plan already. Change that one instead.",
    "NOT_SUBSCRIBED": "You pay for no plan that could be changed. Choose one to subscribe to.",
    "PAYMENT_FAILED": "A payment of your plan is open. Pay it first; then the plan can be changed.",
    "PAYMENTS_NOT_CONFIGURED": "Nothing is sold here. The operator grants plans and credits.",
    "UNKNOWN_PLAN": "There is no such plan to buy.",
    "UNKNOWN_PACK": "There is no such pack.",
}
_NOT_STRIPES: Final = frozenset({"INVALID_SIGNATURE", "INVALID_REQUEST"})


class BillingPages:
    """What is paid for, and the door for Stripe's events."""

    def __init__(self, desk: PaymentDesk, books: CreditBooks, plans: PlanKeeper) -> None:
        self._desk = desk
        self._books = books
        self._plans = plans

    @page("GET", BILLING_PATH)
    async def overview(self, visit: Visit) -> Response:
        """Show the plan, the credits, what can be bought and what was."""
        account_id = visit.account.account_id
        payments, balance, subscription = await asyncio.gather(
            self._payments(account_id, visit.deadline),
            self._books.balance(account_id, visit.deadline),
            self._books.subscription(account_id, visit.deadline),
        )
        visit.policy = PagePolicy(form_targets=STRIPE_PAGES)
        return visit.page(
            "billing/billing.html",
            payments=payments or Payments(is_configured=True),
            is_away=payments is None,
            balance=balance,
            subscription=subscription,
            states=PaidPlanState,
            is_back="paid" in visit.query,
        )

    async def _payments(self, account_id: str, deadline: Deadline) -> Payments | None:
        """Give what is paid; None where Stripe does not say, without which the page can do."""
        try:
            return await self._desk.payments(account_id, deadline)
        except (RemoteError, OutOfTimeError) as error:
            log.warning("payments are not shown", cause=repr(error))
            return None

    @page("POST", "/dashboard/billing/plan")
    async def buy_plan(self, visit: Visit) -> Response:
        """Send to where a plan is bought."""
        plan_id = visit.form.get("plan", "")
        _demand_not_suspended(visit)
        try:
            url = await self._desk.begin_plan_checkout(_buyer(visit), plan_id, visit.deadline)
        except RemoteError as error:
            raise _told(error) from error
        return visit.redirect(url)

    @page("POST", "/dashboard/billing/pack")
    async def buy_pack(self, visit: Visit) -> Response:
        """Send to where a pack is bought."""
        pack_id = visit.form.get("pack", "")
        _demand_not_suspended(visit)
        try:
            url = await self._desk.begin_pack_checkout(_buyer(visit), pack_id, visit.deadline)
        except RemoteError as error:
            raise _told(error) from error
        return visit.redirect(url)

    @page("POST", "/dashboard/billing/change")
    async def change_plan(self, visit: Visit) -> Response:
        """Change the plan that is paid for."""
        account_id, plan_id = visit.account.account_id, visit.form.get("plan", "")
        _demand_not_suspended(visit)
        try:
            plan = await self._desk.change_plan(account_id, plan_id, visit.deadline)
        except RemoteError as error:
            raise _told(error) from error
        await self._plans.tell(account_id)
        if plan.state is PaidPlanState.PAYMENT_FAILED:
            return visit.redirect(BILLING_PATH)
        when = "now" if plan.plan_id == plan_id else f"from {plan.paid_until_time:%-d %B %Y}"
        return visit.redirect(BILLING_PATH, f"You are on {_name(plan_id)} {when}.")

    @page("POST", "/dashboard/billing/portal")
    async def open_portal(self, visit: Visit) -> Response:
        """Send to Stripe's portal."""
        back = f"{visit.base_url}{BILLING_PATH}"
        try:
            url = await self._desk.open_portal(visit.account.account_id, back, visit.deadline)
        except RemoteError as error:
            raise _told(error) from error
        return visit.redirect(url)

    @page("POST", "/webhooks/stripe", access=Access.MACHINE)
    async def take_event(self, visit: Visit) -> Response:
        """Take an event; Stripe sends again whatever is not answered with 2xx."""
        signature = visit.request.headers.get("stripe-signature", "")
        try:
            account_id = await self._desk.handle_event(
                visit.body, signature[: MAX_SIGNATURE_CHARS + 1], visit.deadline
            )
            if account_id:
                await self._plans.tell(account_id)
        except RemoteError as error:
            if error.reason in _NOT_STRIPES:
                return PlainTextResponse(error.message, HTTPStatus.BAD_REQUEST)
            if error.reason == "PAYMENTS_NOT_CONFIGURED":
                return PlainTextResponse(error.message, HTTPStatus.NOT_FOUND)
            log.warning("event not handled", cause=repr(error))
            return PlainTextResponse("Send it again later.", HTTPStatus.SERVICE_UNAVAILABLE)
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _buyer(visit: Visit) -> Buyer:
    page_url = f"{visit.base_url}{BILLING_PATH}"
    account = visit.account
    return Buyer(account.account_id, account.email, f"{page_url}?paid", page_url)


def _demand_not_suspended(visit: Visit) -> None:
    """Take no money for what is refused then. The portal, where a plan is ended, stays open."""
    if visit.account.suspended:
        text = "Your account is suspended, so nothing is sold to it. Ask support why."
        raise PageError(HTTPStatus.CONFLICT, "That cannot be done now", text)


def _told(error: RemoteError) -> BaseException:
    """Say what the owner can do; anything else is ours."""
    if text := _REFUSALS.get(error.reason):
        return PageError(HTTPStatus.CONFLICT, "That cannot be done now", text)
    if error.reason == "PAYMENTS_UNAVAILABLE":
        return PageError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Stripe does not answer",
            "Nothing was bought or changed. Try again in a moment.",
            retry_after_s=5,
        )
    return error


def _name(plan_id: str) -> str:
    return plan_id.capitalize() if plan_id in PLANS else "another plan"
