# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

from typing import Any, TypeAlias

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_auth.account_messages import (
    from_account_record,
    from_api_key,
    to_account_changes,
    to_api_key_changes,
    to_duration,
    to_page_size,
    to_scopes,
    to_target,
    to_time,
)
from og_auth.accounts import AccountRecord
from og_auth.errors import AccountNotFoundError
from og_auth.identity.mailbox import Mailbox
from og_auth.identity.password_changes import PasswordChanges
from og_auth.messages import to_client
from og_auth.registry.accounts import Accounts
from og_auth.registry.api_keys import ApiKeys
from og_auth.registry.sites import Sites
from og_auth.registry.suspensions import Suspensions
from og_auth.site_messages import from_deleted_site, from_site, to_site_changes
from og_service.errors import InvalidRequestError

Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class AccountServicer(auth_pb2_grpc.AccountServiceServicer):
    """og.auth.v1.AccountService."""

    def __init__(
        self,
        accounts: Accounts,
        api_keys: ApiKeys,
        sites: Sites,
        suspensions: Suspensions,
        passwords: PasswordChanges,
        mailbox: Mailbox,
    ) -> None:
        self._accounts = accounts
        self._api_keys = api_keys
        self._sites = sites
        self._suspensions = suspensions
        self._passwords = passwords
        self._mailbox = mailbox

    async def CreateAccount(
        self, request: auth_pb2.CreateAccountRequest, context: Call
    ) -> auth_pb2.CreateAccountResponse:
        """Create an account."""
        address = request.client_address
        account = await self._accounts.create(
            request.email,
            request.plan_id,
            request.rate_limit_override,
            to_client(address, "client_address") if address else None,
        )
        return auth_pb2.CreateAccountResponse(account=self._written(account))

    async def ListAccounts(
        self, request: auth_pb2.ListAccountsRequest, context: Call
    ) -> auth_pb2.ListAccountsResponse:
        """List accounts."""
        size = to_page_size(request.page_size)
        try:
            page = await self._accounts.list(size, request.page_token)
        except AccountNotFoundError:
            raise InvalidRequestError(
                "page_token", "Send next_page_token of the answer before."
            ) from None
        return auth_pb2.ListAccountsResponse(
            accounts=map(self._written, page.accounts),
            next_page_token=page.accounts[-1].account_id if page.has_more else "",
        )

    async def UpdateAccount(
        self, request: auth_pb2.UpdateAccountRequest, context: Call
    ) -> auth_pb2.UpdateAccountResponse:
        """Change an account."""
        plan, rate_limit_override = to_account_changes(request)
        account = await self._accounts.update(request.account_id, plan, rate_limit_override)
        return auth_pb2.UpdateAccountResponse(account=self._written(account))

    async def SetSuspension(
        self, request: auth_pb2.SetSuspensionRequest, context: Call
    ) -> auth_pb2.SetSuspensionResponse:
        """Suspend something, or end that."""
        target = to_target(request)
        if request.suspended:
            await self._suspensions.suspend(target, request.reason)
        else:
            await self._suspensions.resume(target)
        return auth_pb2.SetSuspensionResponse()

    async def GetAccount(
        self, request: auth_pb2.GetAccountRequest, context: Call
    ) -> auth_pb2.GetAccountResponse:
        """Get an account by id or e-mail address."""
        if request.WhichOneof("name") == "email":
            account = await self._accounts.get_by_email(request.email)
        else:
            account = await self._accounts.get(request.account_id)
        return auth_pb2.GetAccountResponse(account=self._written(account))

    async def SetPassword(
        self, request: auth_pb2.SetPasswordRequest, context: Call
    ) -> auth_pb2.SetPasswordResponse:
        """Set an account's password."""
        await self._passwords.set_by_operator(request.account_id, request.password)
        return auth_pb2.SetPasswordResponse()

    async def CreateApiKey(
        self, request: auth_pb2.CreateApiKeyRequest, context: Call
    ) -> auth_pb2.CreateApiKeyResponse:
        """Create an API key."""
        api_key, secret = await self._api_keys.create(
            request.account_id,
            request.display_name,
            to_scopes(request.scopes),
            to_time(request, "expire_time"),
            request.daily_credits_max,
        )
        return auth_pb2.CreateApiKeyResponse(api_key=from_api_key(api_key), secret=secret.text)

    async def RotateApiKey(
        self, request: auth_pb2.RotateApiKeyRequest, context: Call
    ) -> auth_pb2.RotateApiKeyResponse:
        """Put a new API key in another's place."""
        rotation, secret = await self._api_keys.rotate(
            request.api_key_id,
            request.account_id,
            to_duration(request.overlap),
            to_time(request, "expire_time"),
        )
        return auth_pb2.RotateApiKeyResponse(
            api_key=from_api_key(rotation.new),
            secret=secret.text,
            replaced=from_api_key(rotation.replaced),
        )

    async def UpdateApiKey(
        self, request: auth_pb2.UpdateApiKeyRequest, context: Call
    ) -> auth_pb2.UpdateApiKeyResponse:
        """Change an API key."""
        api_key = await self._api_keys.update(
            request.api_key_id, request.account_id, to_api_key_changes(request)
        )
        return auth_pb2.UpdateApiKeyResponse(api_key=from_api_key(api_key))

    async def RevokeApiKey(
        self, request: auth_pb2.RevokeApiKeyRequest, context: Call
    ) -> auth_pb2.RevokeApiKeyResponse:
        """Revoke an API key."""
        api_key = await self._api_keys.revoke(request.api_key_id, request.account_id)
        return auth_pb2.RevokeApiKeyResponse(api_key=from_api_key(api_key))

    async def ListApiKeys(
        self, request: auth_pb2.ListApiKeysRequest, context: Call
    ) -> auth_pb2.ListApiKeysResponse:
        """List an account's API keys."""
        api_keys = await self._api_keys.list(request.account_id)
        return auth_pb2.ListApiKeysResponse(api_keys=map(from_api_key, api_keys))

    async def CreateSite(
        self, request: auth_pb2.CreateSiteRequest, context: Call
    ) -> auth_pb2.CreateSiteResponse:
        """Register a site."""
        site = await self._sites.create(request.account_id, request.domain)
        return auth_pb2.CreateSiteResponse(site=from_site(site))

    async def GetSite(
        self, request: auth_pb2.GetSiteRequest, context: Call
    ) -> auth_pb2.GetSiteResponse:
        """Get a site."""
        site = await self._sites.get(request.site_id, request.account_id)
        return auth_pb2.GetSiteResponse(site=from_site(site))

    async def UpdateSite(
        self, request: auth_pb2.UpdateSiteRequest, context: Call
    ) -> auth_pb2.UpdateSiteResponse:
        """Change a site."""
        site = await self._sites.update(
            request.site_id, request.account_id, to_site_changes(request)
        )
        return auth_pb2.UpdateSiteResponse(site=from_site(site))

    async def ListSites(
        self, request: auth_pb2.ListSitesRequest, context: Call
    ) -> auth_pb2.ListSitesResponse:
        """List an account's sites."""
        sites = await self._sites.list(request.account_id)
        deleted = await self._sites.deleted(request.account_id) if request.with_deleted else ()
        return auth_pb2.ListSitesResponse(
            sites=map(from_site, sites), deleted_sites=map(from_deleted_site, deleted)
        )

    async def DeleteSite(
        self, request: auth_pb2.DeleteSiteRequest, context: Call
    ) -> auth_pb2.DeleteSiteResponse:
        """Forget a site."""
        await self._sites.delete(request.site_id, request.account_id)
        return auth_pb2.DeleteSiteResponse()

    def _written(self, account: AccountRecord) -> auth_pb2.Account:
        return from_account_record(account, self._mailbox)
