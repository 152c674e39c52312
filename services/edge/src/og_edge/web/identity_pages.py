"""Signing up, in and out, and getting back in."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from og_edge.first_plan import Plans, begin_first_plan
from og_edge.identities import Identities, SignedIn
from og_edge.web.routing import Access, page
from og_edge.web.security import safe_return_path
from og_edge.web.visit import Visit
from og_service.status import RemoteError

DASHBOARD_PATH: Final = "/dashboard"
WELCOME_PATH: Final = "/dashboard?welcome=1"
SIGN_IN_PATH: Final = "/login"

_FIELD_OF: Final = {
    "INVALID_EMAIL": "email",
    "EMAIL_TAKEN": "email",
    "WEAK_PASSWORD": "password",
    "WRONG_CREDENTIALS": "password",
}
_GENERAL: Final = frozenset(
    {
        "MAIL_NOT_SET_UP",
        "PASSWORD_QUEUE_FULL",
        "TOO_MANY_ATTEMPTS",
        "TOO_MANY_MAILS",
        "TOO_MANY_SIGN_UPS",
    }
)
_WORDS: Final = {
    "EMAIL_TAKEN": "There is an account with this address. Sign in, or reset its password.",
    "WRONG_CREDENTIALS": "This address and this password do not go together.",
}


class IdentityPages:
    """What leads to the dashboard."""

    def __init__(self, identities: Identities, plans: Plans) -> None:
        self._identities = identities
        self._plans = plans

    @page("GET", "/signup", access=Access.PUBLIC)
    async def sign_up_form(self, visit: Visit) -> Response:
        """Ask for an address and a password."""
        if visit.session is not None:
            return visit.redirect(DASHBOARD_PATH)
        return visit.page("identity/signup.html", email=visit.query.get("email", ""))

    @page("POST", "/signup", access=Access.PUBLIC)
    async def sign_up(self, visit: Visit) -> Response:
        """Create an account; its credits come at once where its address needs no verification.

        If billing is away, Overview begins with them at the next visit.
        """
        email, password = visit.form.get("email", ""), visit.form.get("password", "")
        try:
            signed_in = await self._identities.sign_up(email, password, visit.browser)
        except RemoteError as error:
            return _again(visit, "identity/signup.html", error, email=email)
        await begin_first_plan(self._plans, signed_in.session.owner)
        return await self._enter(visit, signed_in, WELCOME_PATH)

    @page("GET", "/login", access=Access.PUBLIC)
    async def sign_in_form(self, visit: Visit) -> Response:
        """Ask who comes."""
        back = safe_return_path(visit.query.get("next", ""), "")
        if visit.session is not None:
            return visit.redirect(back or DASHBOARD_PATH)
        return visit.page("identity/login.html", email="", back=back)

    @page("POST", "/login", access=Access.PUBLIC)
    async def sign_in(self, visit: Visit) -> Response:
        """Let somebody in, to where they wanted to go."""
        email, password = visit.form.get("email", ""), visit.form.get("password", "")
        back = safe_return_path(visit.form.get("next", ""), "")
        try:
            signed_in = await self._identities.sign_in(email, password, visit.browser)
        except RemoteError as error:
            return _again(visit, "identity/login.html", error, email=email, back=back)
        return await self._enter(visit, signed_in, back or DASHBOARD_PATH)

    @page("POST", "/logout", access=Access.PUBLIC)
    async def sign_out(self, visit: Visit) -> Response:
        """End the session; whoever is not signed in is out already."""
        if visit.session is not None:
            await self._identities.sign_out(visit.session_token)
        response = visit.redirect("/", "You are signed out.")
        visit.cookies.set_session(response, "")
        return response

    @page("GET", "/verify", access=Access.PUBLIC)
    async def verification_form(self, visit: Visit) -> Response:
        """Ask for a click: programs that look at mailed links must not use them up."""
        return visit.page("identity/verify.html", token=visit.query.get("token", ""))

    @page("POST", "/verify", access=Access.PUBLIC)
    async def verify(self, visit: Visit) -> Response:
        """Verify an address by the token that was mailed to it, and give the first credits."""
        try:
            owner = await self._identities.verify_email(visit.form.get("token", ""))
        except RemoteError as error:
            if error.reason not in {"TOKEN_NOT_VALID", "EMAIL_TAKEN"}:
                raise
            return visit.page("identity/link_expired.html", HTTPStatus.NOT_FOUND, purpose="verify")
        await begin_first_plan(self._plans, owner)
        notice = f"{owner.email} is verified."
        return visit.redirect(DASHBOARD_PATH if visit.session else SIGN_IN_PATH, notice)

    @page("POST", "/dashboard/verification")
    async def send_verification(self, visit: Visit) -> Response:
        """Mail the link again."""
        await self._identities.send_verification(visit.account.account_id)
        return visit.redirect(DASHBOARD_PATH, f"We sent the link to {visit.account.email} again.")

    @page("GET", "/forgot", access=Access.PUBLIC)
    async def forgot_form(self, visit: Visit) -> Response:
        """Ask whose password is forgotten."""
        return visit.page("identity/forgot.html", email=visit.query.get("email", ""))

    @page("POST", "/forgot", access=Access.PUBLIC)
    async def forgot(self, visit: Visit) -> Response:
        """Mail a link; the answer is the same whether or not there is such an account."""
        email = visit.form.get("email", "")
        try:
            await self._identities.request_password_reset(email, visit.browser)
        except RemoteError as error:
            return _again(visit, "identity/forgot.html", error, email=email)
        return visit.page("identity/forgot_sent.html", email=email)

    @page("GET", "/reset", access=Access.PUBLIC)
    async def reset_form(self, visit: Visit) -> Response:
        """Ask for a new password."""
        return visit.page("identity/reset.html", token=visit.query.get("token", ""))

    @page("POST", "/reset", access=Access.PUBLIC)
    async def reset(self, visit: Visit) -> Response:
        """Set a new password by a mailed token, and sign in."""
        token, password = visit.form.get("token", ""), visit.form.get("password", "")
        try:
            signed_in = await self._identities.reset_password(token, password, visit.browser)
        except RemoteError as error:
            if error.reason == "TOKEN_NOT_VALID":
                return visit.page(
                    "identity/link_expired.html", HTTPStatus.NOT_FOUND, purpose="reset"
                )
            return _again(visit, "identity/reset.html", error, token=token)
        notice = "The new password holds from now on."
        return await self._enter(visit, signed_in, DASHBOARD_PATH, notice)

    async def _enter(
        self, visit: Visit, signed_in: SignedIn, path: str, notice: str = ""
    ) -> Response:
        """Begin a session, and end the one whose cookie it takes the place of."""
        if visit.session is not None:
            await self._identities.sign_out(visit.session_token)
        visit.session = signed_in.session
        response = visit.redirect(path, notice)
        visit.cookies.set_session(response, signed_in.token)
        return response


def _again(visit: Visit, template: str, error: RemoteError, **typed: str) -> Response:
    """Show a form again with what was wrong, or raise what the person cannot mend."""
    return visit.page(
        template, HTTPStatus.UNPROCESSABLE_ENTITY, errors=field_errors(error), **typed
    )


def field_errors(error: RemoteError) -> Mapping[str, str]:
    """Say at which field of a form what is wrong; raises what is nobody's to mend."""
    message = _WORDS.get(error.reason, error.message)
    if field := _FIELD_OF.get(error.reason):
        return {field: message}
    if error.reason in _GENERAL:
        return {"form": message}
    raise error
