# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

from typing import Any, Final, TypeAlias

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_auth.decisions import Attempt, Authorizer
from og_auth.messages import (
    EVIDENCE,
    from_account,
    from_api_key,
    from_site,
    from_verdict,
    to_attempt,
    to_client,
)
from og_auth.registry import Registry
from og_auth.verification import Evidence
from og_service.errors import InvalidRequestError

MAX_BATCH_REQUESTS: Final = 1_000

Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class AuthServicer(auth_pb2_grpc.AuthServiceServicer):
    """og.auth.v1.AuthService."""

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    async def Authorize(
        self, request: auth_pb2.AuthorizeRequest, context: Call
    ) -> auth_pb2.AuthorizeResponse:
        """Decide about one request: a batch of one."""
        verdicts = await self._authorizer.authorize([to_attempt(request)])
        return from_verdict(verdicts[0])

    async def BatchAuthorize(
        self, request: auth_pb2.BatchAuthorizeRequest, context: Call
    ) -> auth_pb2.BatchAuthorizeResponse:
        """Decide about many requests."""
        if not 1 <= len(request.requests) <= MAX_BATCH_REQUESTS:
            raise InvalidRequestError("requests", f"Send 1 to {MAX_BATCH_REQUESTS:,}.")
        attempts = [to_attempt(each, f"requests[{n}].") for n, each in enumerate(request.requests)]
        verdicts = await self._authorizer.authorize(attempts)
        return auth_pb2.BatchAuthorizeResponse(responses=map(from_verdict, verdicts))

    async def CompleteVerification(
        self, request: auth_pb2.CompleteVerificationRequest, context: Call
    ) -> auth_pb2.CompleteVerificationResponse:
        """Decide about a request whose page was looked at."""
        evidence = EVIDENCE.get(request.evidence)
        if evidence is None:
            raise InvalidRequestError("evidence", "Say what the page showed.")
        if not request.final_url and evidence is not Evidence.PAGE_UNREACHABLE:
            raise InvalidRequestError("final_url", "Say where the page was found.")
        for field in ("site_id", "page_url"):
            if not getattr(request, field):
                raise InvalidRequestError(field, "Send what Authorize was asked about.")
        attempt = Attempt(
            client=to_client(request.client_address, "client_address"),
            site_id=request.site_id,
            page_url=request.page_url,
        )
        verdict = await self._authorizer.complete_verification(attempt, evidence, request.final_url)
        return auth_pb2.CompleteVerificationResponse(authorization=from_verdict(verdict))


class AccountServicer(auth_pb2_grpc.AccountServiceServicer):
    """og.auth.v1.AccountService."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def CreateAccount(
        self, request: auth_pb2.CreateAccountRequest, context: Call
    ) -> auth_pb2.CreateAccountResponse:
        """Create an account."""
        account = await self._registry.create_account(
            request.email, request.plan_id, request.rate_limit_override
        )
        return auth_pb2.CreateAccountResponse(account=from_account(account))

    async def GetAccount(
        self, request: auth_pb2.GetAccountRequest, context: Call
    ) -> auth_pb2.GetAccountResponse:
        """Get an account by id or e-mail address."""
        if request.WhichOneof("name") == "email":
            account = await self._registry.get_account_by_email(request.email)
        else:
            account = await self._registry.get_account(request.account_id)
        return auth_pb2.GetAccountResponse(account=from_account(account))

    async def CreateApiKey(
        self, request: auth_pb2.CreateApiKeyRequest, context: Call
    ) -> auth_pb2.CreateApiKeyResponse:
        """Create an API key."""
        api_key, secret = await self._registry.create_api_key(
            request.account_id, request.display_name
        )
        return auth_pb2.CreateApiKeyResponse(api_key=from_api_key(api_key), secret=secret)

    async def RevokeApiKey(
        self, request: auth_pb2.RevokeApiKeyRequest, context: Call
    ) -> auth_pb2.RevokeApiKeyResponse:
        """Revoke an API key."""
        api_key = await self._registry.revoke_api_key(request.api_key_id)
        return auth_pb2.RevokeApiKeyResponse(api_key=from_api_key(api_key))

    async def ListApiKeys(
        self, request: auth_pb2.ListApiKeysRequest, context: Call
    ) -> auth_pb2.ListApiKeysResponse:
        """List an account's API keys."""
        api_keys = await self._registry.list_api_keys(request.account_id)
        return auth_pb2.ListApiKeysResponse(api_keys=map(from_api_key, api_keys))

    async def CreateSite(
        self, request: auth_pb2.CreateSiteRequest, context: Call
    ) -> auth_pb2.CreateSiteResponse:
        """Register a site."""
        site = await self._registry.create_site(request.account_id, request.domain)
        return auth_pb2.CreateSiteResponse(site=from_site(site))

    async def ListSites(
        self, request: auth_pb2.ListSitesRequest, context: Call
    ) -> auth_pb2.ListSitesResponse:
        """List an account's sites."""
        sites = await self._registry.list_sites(request.account_id)
        return auth_pb2.ListSitesResponse(sites=map(from_site, sites))
