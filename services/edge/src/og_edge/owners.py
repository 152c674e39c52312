"""Who asks for what only an account's owner may have."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from og_edge import errors
from og_edge.authorization import Account, Authorizer, Credential, Inquiry, Scope, denial
from og_edge.card_request import CardRequest
from og_edge.errors import ApiError
from og_edge.exchange import Exchange
from og_edge.under_way import UnderWay
from og_service.status import RemoteError


class Owners:
    """Lets in owners of accounts, of whom each counts among the requests under way."""

    def __init__(self, authorizer: Authorizer, under_way: UnderWay, trusted_proxies: int) -> None:
        self._authorizer = authorizer
        self._under_way = under_way
        self._trusted_proxies = trusted_proxies

    @asynccontextmanager
    async def admitted(
        self, exchange: Exchange, request: CardRequest | ApiError
    ) -> AsyncIterator[Account]:
        """Give the account of an API key with the scope manage; raises ApiError for anybody else.

        Asked also where the request is wrong: every answer names a limit.
        """
        with self._under_way:
            yield await self._authorized(exchange, request)

    async def _authorized(self, exchange: Exchange, request: CardRequest | ApiError) -> Account:
        inquiry = Inquiry(
            Credential(api_key=exchange.head.bearer),
            exchange.head.address(self._trusted_proxies),
            request.url.href if isinstance(request, CardRequest) else "",
            scope=Scope.MANAGE,
        )
        try:
            authorization = await self._authorizer.authorize(inquiry)
        except (RemoteError, TimeoutError):
            if isinstance(request, ApiError):
                raise request from None  # a mistake is one, also while auth is away
            raise
        exchange.note(authorization)
        refusal = denial(authorization, time.time())
        if isinstance(refusal, errors.MissingCredentialsError):
            raise errors.MissingCredentialsError(
                "Send an API key with the scope manage (Authorization: Bearer …)."
            )
        if refusal:
            raise refusal
        if authorization.account is None:  # allowed, yet nobody: auth broke its contract
            raise errors.InternalError
        return authorization.account
