"""What people set of their account: address, password, sessions, when they are told of credits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, Protocol

import structlog
from starlette.responses import Response

from og_edge.credit_books import CreditBooks
from og_edge.deadline import Deadline
from og_edge.identities import Identities, Session
from og_edge.sites import Sites
from og_edge.web.browsers import browser_name
from og_edge.web.routing import page
from og_edge.web.typed import MAX_DIGITS
from og_edge.web.visit import Visit
from og_service.status import RemoteError

log = structlog.get_logger()

SETTINGS_PATH: Final = "/dashboard/settings"
LOW_BALANCE_MAX: Final = 1_000_000_000

_NOT_YOURS: Final = "This is not your password."
_NO_CREDITS_YET: Final = "Your credits come once your address is verified; choose then."


class LowBalances(Protocol):
    """Tells accounts when their credits run low."""

    async def set_low_balance(self, account_id: str, credits: int) -> int:
        """Set below how many, 0 for a tenth of the plan's monthly ones; tell what holds then."""


class SettingsPages:
    """The settings of an account."""

    def __init__(
        self,
        identities: Identities,
        sites: Sites,
        credit_books: CreditBooks,
        low_balances: LowBalances,
    ) -> None:
        self._identities = identities
        self._sites = sites
        self._credit_books = credit_books
        self._low_balances = low_balances

    @page("GET", SETTINGS_PATH)
    async def overview(self, visit: Visit) -> Response:
        """Show everything there is to set."""
        return await self._overview(visit)

    @page("POST", f"{SETTINGS_PATH}/email")
    async def change_email(self, visit: Visit) -> Response:
        """Change the address, once a link that is mailed to it is followed."""
        email = visit.form.get("email", "").strip()
        try:
            change = await self._identities.change_email(
                visit.session_token, visit.form.get("email_password", ""), email, visit.browser
            )
        except RemoteError as error:
            wrong = _at_fields(error, "email_password", "email")
            return await self._overview(visit, wrong, email=email)
        if change.needs_verification:
            notice = f"We mailed a link to {email}. It becomes your address once you follow it."
        else:
            notice = f"Your address is changed: you sign in with {change.owner.email} from now on."
        return visit.redirect(SETTINGS_PATH, notice)

    @page("POST", f"{SETTINGS_PATH}/password")
    async def change_password(self, visit: Visit) -> Response:
        """Set a new password and begin a new session; all others end."""
        try:
            signed_in = await self._identities.change_password(
                visit.session_token,
                visit.form.get("old_password", ""),
                visit.form.get("new_password", ""),
                visit.browser,
            )
        except RemoteError as error:
            wrong = _at_fields(error, "old_password", "new_password")
            return await self._overview(visit, wrong)
        response = visit.redirect(
            SETTINGS_PATH, "The new password holds. You are signed out everywhere else."
        )
        visit.cookies.set_session(response, signed_in.token)
        return response

    @page("POST", f"{SETTINGS_PATH}/sessions/{{session_id}}/end")
    async def end_session(self, visit: Visit) -> Response:
        """Sign one browser out."""
        await self._identities.end_session(visit.account.account_id, visit.path["session_id"])
        return visit.redirect(SETTINGS_PATH, "That browser is signed out.")

    @page("POST", f"{SETTINGS_PATH}/sessions-elsewhere/end")
    async def end_other_sessions(self, visit: Visit) -> Response:
        """Sign out everywhere but here."""
        if visit.session is not None:
            await self._identities.end_other_sessions(
                visit.account.account_id, visit.session.session_id
            )
        return visit.redirect(SETTINGS_PATH, "You are signed out everywhere else.")

    @page("POST", f"{SETTINGS_PATH}/low-balance")
    async def set_low_balance(self, visit: Visit) -> Response:
        """Choose below how many credits to be told; nothing is a tenth of the plan's."""
        text = visit.form.get("low_balance", "").strip()
        digits = text.replace(",", "").replace(" ", "") or "0"
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS
        if not is_number or int(digits) > LOW_BALANCE_MAX:
            wrong = {"low_balance": f"Use a whole number up to {LOW_BALANCE_MAX:,}."}
            return await self._overview(visit, wrong, low_balance=text)
        try:
            holds = await self._low_balances.set_low_balance(visit.account.account_id, int(digits))
        except RemoteError as error:
            if error.reason != "SUBSCRIPTION_NOT_FOUND":
                raise
            return await self._overview(visit, {"low_balance": _NO_CREDITS_YET}, low_balance=text)
        return visit.redirect(
            SETTINGS_PATH, f"You are told when you have fewer than {holds:,} credits."
        )

    async def _overview(
        self, visit: Visit, errors: Mapping[str, str] | None = None, **typed: str
    ) -> Response:
        account_id = visit.account.account_id
        sessions, sites, low_balance = await asyncio.gather(
            self._identities.sessions(account_id),
            self._sites.of(account_id, visit.deadline),
            self._low_balance(account_id, visit.deadline),
        )
        here = visit.session.session_id if visit.session else ""
        return visit.page(
            "settings/overview.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            errors=errors or {},
            email=typed.get("email", ""),
            low_balance=typed.get("low_balance", low_balance),
            has_credits=bool(low_balance),
            sessions=[_shown(session, here) for session in sessions],
            sites=sites,
        )

    async def _low_balance(self, account_id: str, deadline: Deadline) -> str:
        """Give below how many credits the account is told; nothing where that is not known."""
        try:
            subscription = await self._credit_books.subscription(account_id, deadline)
        except (RemoteError, TimeoutError) as error:
            log.warning("low balance not known", cause=repr(error))
            return ""
        return str(subscription.low_balance_credits) if subscription else ""


def _shown(session: Session, here: str) -> Mapping[str, Any]:
    return {
        "session_id": session.session_id,
        "browser": browser_name(session.user_agent),
        "user_agent": session.user_agent,
        "client_address": session.client_address,
        "create_time": session.create_time,
        "last_use_time": session.last_use_time,
        "is_here": session.session_id == here,
    }


def _at_fields(error: RemoteError, secret_field: str, field: str) -> Mapping[str, str]:
    """Say at which field what is wrong; raises what the person cannot mend."""
    match error.reason:
        case "WRONG_CREDENTIALS":
            return {secret_field: _NOT_YOURS}
        case "EMAIL_TAKEN":
            return {field: "There is an account with this address already."}
        case "INVALID_EMAIL" | "WEAK_PASSWORD":
            return {field: error.message}
        case "TOO_MANY_ATTEMPTS" | "TOO_MANY_MAILS":
            return {secret_field: error.message}
        case _:
            raise error
