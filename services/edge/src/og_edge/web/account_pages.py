"""Taking one's data along, and going."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Final

from starlette.responses import Response, StreamingResponse

from og_edge.credit_books import CreditBooks
from og_edge.exports import Exports
from og_edge.farewells import Farewells, UnfinishedError
from og_edge.identities import Identities
from og_edge.web.errors import PageError
from og_edge.web.routing import page
from og_edge.web.settings_pages import SETTINGS_PATH
from og_edge.web.visit import Visit
from og_service.status import RemoteError

EXPORT_PATH: Final = f"{SETTINGS_PATH}/export"
DELETE_PATH: Final = f"{SETTINGS_PATH}/delete"

_GONE: Final = "Your account is deleted. Thank you for having been here."
_GOING: Final = (
    "Your account is deleted. The last of its cards and history are forgotten within minutes."
)


class AccountPages:
    """What one does with an account as a whole; each needs the password again."""

    def __init__(
        self,
        identities: Identities,
        exports: Exports,
        farewells: Farewells,
        credit_books: CreditBooks,
    ) -> None:
        self._identities = identities
        self._exports = exports
        self._farewells = farewells
        self._credit_books = credit_books

    @page("GET", EXPORT_PATH)
    async def export_form(self, visit: Visit) -> Response:
        """Say what is in the document."""
        return visit.page("settings/export.html")

    @page("POST", EXPORT_PATH)
    async def export(self, visit: Visit) -> Response:
        """Give all that is kept of the account, while it is read."""
        if wrong := await self._wrong_password(visit):
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return visit.page("settings/export.html", status, errors={"password": wrong})
        parts = await self._exports.begin(visit.account.account_id)
        name = f"instant-og-{dt.datetime.now(dt.UTC).date().isoformat()}.json"
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": visit.request_id,
        }
        return StreamingResponse(parts, headers=headers, media_type="application/json")

    @page("GET", DELETE_PATH)
    async def delete_form(self, visit: Visit) -> Response:
        """Say what goes and what stays."""
        return await self._delete_form(visit)

    @page("POST", DELETE_PATH)
    async def delete(self, visit: Visit) -> Response:
        """Delete the account."""
        if wrong := await self._wrong_password(visit):
            return await self._delete_form(visit, wrong)
        try:
            is_gone = await self._farewells.bid(visit.account.account_id, visit.deadline)
        except UnfinishedError as error:
            raise PageError(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "Your account is not gone yet",
                "Something failed on the way. The rest is deleted by itself within minutes. You "
                "can also send the form again; nothing is done twice.",
            ) from error
        response = visit.redirect("/", _GONE if is_gone else _GOING)
        visit.cookies.set_session(response, "")
        return response

    async def _delete_form(self, visit: Visit, wrong: str = "") -> Response:
        try:
            books = self._credit_books
            balance = await books.balance(visit.account.account_id, visit.deadline)
            left = balance.available_credits
        except (RemoteError, TimeoutError):
            left = 0
        return visit.page(
            "settings/delete.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
            errors={"password": wrong} if wrong else {},
            credits_left=left,
        )

    async def _wrong_password(self, visit: Visit) -> str:
        """Check the password again; say what is wrong with it."""
        try:
            await self._identities.check_password(
                visit.session_token, visit.form.get("password", ""), visit.browser
            )
        except RemoteError as error:
            if error.reason == "WRONG_CREDENTIALS":
                return "This is not your password."
            if error.reason == "TOO_MANY_ATTEMPTS":
                return error.message
            raise
        return ""
