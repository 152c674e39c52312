"""Dashboard → API Keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from og_edge.api_keys import (
    DAILY_CREDITS_MAX,
    MAX_API_KEYS,
    ApiKey,
    ApiKeys,
    KeyChanges,
    KeyState,
    KeyTerms,
    NewApiKey,
)
from og_edge.authorization import Scope
from og_edge.credit_books import CreditBooks
from og_edge.ready_tags import DEFAULT_TEMPLATE, ReadyTags
from og_edge.snippets import curl_line
from og_edge.spending import spent_today
from og_edge.template_list import EXAMPLE_PAGE
from og_edge.web.errors import PageNotFoundError
from og_edge.web.rendering import minute
from og_edge.web.routing import page
from og_edge.web.typed import Typed, last_day
from og_edge.web.visit import Visit
from og_service.status import RemoteError

KEYS_PATH: Final = "/dashboard/keys"
OVERLAPS: Final = {
    "0": ("at once", dt.timedelta(0)),
    "1h": ("after an hour", dt.timedelta(hours=1)),
    "24h": ("after 24 hours", dt.timedelta(hours=24)),
    "7d": ("after 7 days", dt.timedelta(days=7)),
    "30d": ("after 30 days", dt.timedelta(days=30)),
}
USUAL_OVERLAP: Final = "24h"
SCOPES: Final = {
    Scope.GENERATE: ("Get cards", "GET /api/og, with refresh=true as well."),
    Scope.MANAGE: ("Manage", "Delete cards, and have pages looked at: /api/verification."),
}
BADGES: Final = {
    KeyState.GOOD: "good",
    KeyState.SUSPENDED: "bad",
    KeyState.EXPIRED: "neutral",
    KeyState.REVOKED: "neutral",
}
_OF_THE_FORM: Final = frozenset({"TOO_MANY_API_KEYS", "API_KEY_NOT_USABLE"})


class KeyPages:
    """Keys are listed, made, changed, rotated and revoked; a secret is shown once."""

    def __init__(self, keys: ApiKeys, books: CreditBooks, tags: ReadyTags) -> None:
        self._keys = keys
        self._books = books
        self._tags = tags

    @page("GET", KEYS_PATH)
    async def overview(self, visit: Visit) -> Response:
        """List the account's keys, those that are good first."""
        now = dt.datetime.now(dt.UTC)
        keys = await self._keys.of(visit.account.account_id, visit.deadline)
        good = [key for key in keys if key.state(now) in {KeyState.GOOD, KeyState.SUSPENDED}]
        return visit.page(
            "keys/overview.html",
            good=good,
            over=[key for key in keys if key not in good],
            spent=await spent_today(self._books, visit.account.account_id, visit.deadline),
            keys_max=MAX_API_KEYS,
            now=now,
            **_WORDS,
        )

    @page("GET", f"{KEYS_PATH}/new")
    async def new(self, visit: Visit) -> Response:
        """Ask what a key is to be like."""
        return _asked(visit, {"scope_generate": "true"}, {})

    @page("POST", KEYS_PATH)
    async def create(self, visit: Visit) -> Response:
        """Make a key and lead to it."""
        typed = Typed(visit.form)
        scopes = frozenset(scope for scope in Scope if typed.ticked(f"scope_{scope.name.lower()}"))
        if not scopes:
            typed.errors["scopes"] = "Choose what the key is good for."
        terms = KeyTerms(
            typed.text("display_name"),
            scopes,
            typed.end_of_day("expire_time", dt.datetime.now(dt.UTC)),
            typed.limit("daily_credits_max", DAILY_CREDITS_MAX),
        )
        if not typed.errors:
            try:
                made = await self._keys.create(visit.account.account_id, terms, visit.deadline)
            except RemoteError as error:
                typed.refuse(error, _OF_THE_FORM)
            else:
                return _led_to(visit, made)
        return _asked(visit, visit.form, typed.errors, HTTPStatus.UNPROCESSABLE_ENTITY)

    @page("GET", f"{KEYS_PATH}/{{api_key_id}}")
    async def one(self, visit: Visit) -> Response:
        """Show a key and what may be done with it; where it was just made, its secret."""
        key = await self._own(visit)
        secret = visit.cookies.new_key(visit.request, key.api_key_id)
        if secret:
            return self._shown(visit, NewApiKey(key, secret))
        return await self._form(visit, key)

    @page("POST", f"{KEYS_PATH}/{{api_key_id}}")
    async def update(self, visit: Visit) -> Response:
        """Change a key's name, end or daily limit."""
        key, typed = await self._own(visit), Typed(visit.form)
        changes = KeyChanges(
            display_name=typed.text("display_name"),
            daily_credits_max=typed.limit("daily_credits_max", DAILY_CREDITS_MAX),
        )
        # The moment may be finer than the day that was shown, so what was not changed stays.
        if typed.text("expire_time") != _day_of(key):
            changes["expire_time"] = typed.end_of_day("expire_time", dt.datetime.now(dt.UTC))
        if not typed.errors:
            try:
                await self._keys.update(key.account_id, key.api_key_id, changes, visit.deadline)
            except RemoteError as error:
                typed.refuse(error)
            else:
                return visit.redirect(_path_of(key), "The key is changed.")
        return await self._form(visit, key, visit.form, typed.errors)

    @page("POST", f"{KEYS_PATH}/{{api_key_id}}/rotate")
    async def rotate(self, visit: Visit) -> Response:
        """Make a key that takes this one's place, and lead to it."""
        key, typed = await self._own(visit), Typed(visit.form)
        _, overlap = OVERLAPS[typed.chosen("overlap", OVERLAPS, USUAL_OVERLAP)]
        end = typed.end_of_day("new_expire_time", dt.datetime.now(dt.UTC))
        if not typed.errors:
            try:
                made = await self._keys.rotate(
                    key.account_id, key.api_key_id, overlap, end, visit.deadline
                )
            except RemoteError as error:
                typed.refuse(error, _OF_THE_FORM)
            else:
                return _led_to(visit, made, _what_became_of(await self._own(visit)))
        return await self._form(visit, key, errors=typed.errors, rotation=visit.form)

    @page("POST", f"{KEYS_PATH}/{{api_key_id}}/revoke")
    async def revoke(self, visit: Visit) -> Response:
        """End a key for good."""
        key = await self._keys.revoke(
            visit.account.account_id, visit.path["api_key_id"], visit.deadline
        )
        return visit.redirect(KEYS_PATH, f"{key.display_name} is revoked.")

    async def _own(self, visit: Visit) -> ApiKey:
        key = await self._keys.find(
            visit.account.account_id, visit.path["api_key_id"], visit.deadline
        )
        if key is None:
            raise PageNotFoundError
        return key

    async def _form(
        self,
        visit: Visit,
        key: ApiKey,
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        rotation: Mapping[str, str] | None = None,
    ) -> Response:
        kept = {
            "display_name": key.display_name,
            "expire_time": _day_of(key),
            "daily_credits_max": str(key.daily_credits_max or ""),
        }
        spent = await spent_today(self._books, key.account_id, visit.deadline)
        return visit.page(
            "keys/key.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            key=key,
            values=kept if values is None else values,
            errors=errors or {},
            rotation=rotation or {},
            spent=spent.of(key.api_key_id),
            overlaps=[(value, text) for value, (text, _) in OVERLAPS.items()],
            overlap=USUAL_OVERLAP,
            now=dt.datetime.now(dt.UTC),
            **_WORDS,
        )

    def _shown(self, visit: Visit, made: NewApiKey) -> Response:
        card = self._tags.parsed({"template": DEFAULT_TEMPLATE, "url": EXAMPLE_PAGE})
        response = visit.page(
            "keys/secret.html",
            made=made,
            curl=curl_line(card, visit.base_url, api_key=made.secret),
            may_generate=Scope.GENERATE in made.api_key.scopes,
        )
        visit.cookies.set_new_key(response, made.api_key.api_key_id, "")
        return response


_WORDS: Final[Mapping[str, Any]] = {
    "scope_words": SCOPES,
    "state_badges": BADGES,
    "good_state": KeyState.GOOD,
}


def _asked(
    visit: Visit,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    return visit.page("keys/new.html", status, values=values, errors=errors, **_WORDS)


def _led_to(visit: Visit, made: NewApiKey, notice: str = "") -> Response:
    """Lead to the page of a new key, so that whoever loads it again makes no second one."""
    response = visit.redirect(_path_of(made.api_key), notice)
    visit.cookies.set_new_key(response, made.api_key.api_key_id, made.secret)
    return response


def _what_became_of(replaced: ApiKey) -> str:
    name, end = f"The key that ends in {replaced.secret_suffix}", replaced.expire_time
    if end and replaced.state(dt.datetime.now(dt.UTC)) is KeyState.GOOD:
        return f"{name} stays good until {minute(end)}."
    return f"{name} is good no more."


def _day_of(key: ApiKey) -> str:
    return last_day(key.expire_time) if key.expire_time else ""


def _path_of(key: ApiKey) -> str:
    return f"{KEYS_PATH}/{key.api_key_id}"
