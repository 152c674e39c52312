"""og.auth.v1.AccountService, read for an audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Final

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.api_keys import MAX_API_KEYS
from og_edge.audit.records import Payers, PlanState
from og_edge.clients.calls import answer_of
from og_service.status import RemoteError

PAGE_ACCOUNTS: Final = 1_000
LIST_TIMEOUT_S: Final = 10.0
USE_AFTER_REVOCATION: Final = dt.timedelta(seconds=60)
"""A request that a key was still good for is paid for by then: a price is set aside so long."""


class AccountsClient:
    """Lists accounts and what they spend through. Takes an operator's token."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: auth_pb2_grpc.AccountServiceAsyncStub = auth_pb2_grpc.AccountServiceStub(
            channel
        )

    async def account_ids(self) -> AsyncIterator[list[str]]:
        """Name every account, in pages."""
        request = auth_pb2.ListAccountsRequest(page_size=PAGE_ACCOUNTS)
        while True:
            page = await answer_of(self._stub.ListAccounts(request, timeout=LIST_TIMEOUT_S))
            yield [account.account_id for account in page.accounts]
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def plan(self, account_id: str) -> PlanState | None:
        """Tell an account's plan; None where there is no such account."""
        request = auth_pb2.GetAccountRequest(account_id=account_id)
        try:
            answer = await answer_of(self._stub.GetAccount(request, timeout=LIST_TIMEOUT_S))
        except RemoteError as error:
            if error.reason == "ACCOUNT_NOT_FOUND":
                return None
            raise
        account = answer.account
        if not account.next_plan_id:
            return PlanState(account.plan_id)
        return PlanState(
            account.plan_id, account.next_plan_id, account.next_plan_time.ToDatetime(dt.UTC)
        )

    async def payers(self, account_id: str) -> Payers:
        """Name the keys, revoked ones included, and the sites of an account."""
        keys = await answer_of(
            self._stub.ListApiKeys(
                auth_pb2.ListApiKeysRequest(account_id=account_id), timeout=LIST_TIMEOUT_S
            )
        )
        sites = await answer_of(
            self._stub.ListSites(
                auth_pb2.ListSitesRequest(account_id=account_id), timeout=LIST_TIMEOUT_S
            )
        )
        ids = [key.api_key_id for key in keys.api_keys] + [site.site_id for site in sites.sites]
        if len(keys.api_keys) < MAX_API_KEYS:
            return Payers(frozenset(ids))
        newest_time = keys.api_keys[0].create_time.ToDatetime(dt.UTC)
        return Payers(frozenset(ids), newest_time + USE_AFTER_REVOCATION)
