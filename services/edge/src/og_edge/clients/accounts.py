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
MAX_DELETED_SITES: Final = 1_000
"""So many of an account auth remembers."""
USE_AFTER_REVOCATION: Final = dt.timedelta(seconds=60)
"""A request that a key was still good for is paid for by then: a price is set aside so long."""


class AccountsClient:
    """Lists accounts and what they spend through. For an auditor or an operator."""

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
        try:
            account = await self._account(account_id)
        except RemoteError as error:
            if error.reason == "ACCOUNT_NOT_FOUND":
                return None
            raise
        if not account.next_plan_id:
            return PlanState(account.plan_id)
        return PlanState(
            account.plan_id, account.next_plan_id, account.next_plan_time.ToDatetime(dt.UTC)
        )

    async def is_deleted(self, account_id: str) -> bool:
        """Tell whether an account's owner has deleted it."""
        return (await self._account(account_id)).HasField("delete_time")

    async def payers(self, account_id: str) -> Payers:
        """Name the keys and the sites of an account, revoked and deleted ones included.

        What it had too many of is forgotten, and a deleted account's keys are.
        """
        account = await self._account(account_id)
        keys = await answer_of(
            self._stub.ListApiKeys(
                auth_pb2.ListApiKeysRequest(account_id=account_id), timeout=LIST_TIMEOUT_S
            )
        )
        sites = await answer_of(
            self._stub.ListSites(
                auth_pb2.ListSitesRequest(account_id=account_id, with_deleted=True),
                timeout=LIST_TIMEOUT_S,
            )
        )
        ids = [key.api_key_id for key in keys.api_keys]
        ids += [site.site_id for site in sites.sites]
        ids += [site.site_id for site in sites.deleted_sites]
        forgotten = []
        if len(keys.api_keys) >= MAX_API_KEYS:
            forgotten.append(keys.api_keys[0].create_time)
        if len(sites.deleted_sites) >= MAX_DELETED_SITES:
            forgotten.append(sites.deleted_sites[-1].delete_time)
        if account.HasField("delete_time"):
            forgotten.append(account.delete_time)
        if not forgotten:
            return Payers(frozenset(ids))
        last_time = max(time.ToDatetime(dt.UTC) for time in forgotten)
        return Payers(frozenset(ids), last_time + USE_AFTER_REVOCATION)

    async def _account(self, account_id: str) -> auth_pb2.Account:
        request = auth_pb2.GetAccountRequest(account_id=account_id)
        return (await answer_of(self._stub.GetAccount(request, timeout=LIST_TIMEOUT_S))).account
