"""A client of auth that makes what a test needs; each thing it makes is used by one test only."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address

import grpc
import pytest

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.status import RemoteError, from_rpc_error

CALL_TIMEOUT_S = 20
DECISIONS = auth_pb2.Decision.DESCRIPTOR.values_by_number
STATES = auth_pb2.VerificationState.DESCRIPTOR.values_by_number

_numbers = itertools.count(1)


def new_address() -> str:
    """Give a client address that no other test has."""
    return str(IPv4Address("10.0.0.0") + next(_numbers))


def new_domain() -> str:
    """Give a domain that no other test has."""
    return f"site{next(_numbers)}.example.com"


def digest_of(card: str) -> bytes:
    """Give the digest that stands for a card; none for none."""
    return hashlib.sha256(card.encode()).digest() if card else b""


def decision(answer: auth_pb2.AuthorizeResponse | auth_pb2.AdmitNewCardResponse) -> str:
    return DECISIONS[answer.decision].name.removeprefix("DECISION_")


def state(answer: auth_pb2.AuthorizeResponse) -> str:
    return STATES[answer.verification_state].name.removeprefix("VERIFICATION_STATE_")


def outcome(answer: auth_pb2.AuthorizeResponse) -> tuple[str, str]:
    return decision(answer), state(answer)


async def refusal(call: Awaitable[object]) -> RemoteError:
    """Give what a call is refused with."""
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call
    return from_rpc_error(failed.value)


@dataclass
class Key:
    account_id: str
    api_key_id: str
    secret: str


class World:
    """Calls both services as an operator."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.auth = auth_pb2_grpc.AuthServiceStub(channel)
        self.accounts = auth_pb2_grpc.AccountServiceStub(channel)

    async def account(self, rate_limit: int = 0, plan: str = "pro") -> str:
        request = auth_pb2.CreateAccountRequest(
            email=f"user{next(_numbers)}@example.com",
            plan_id=plan,
            rate_limit_override=rate_limit,
        )
        answer = await self.accounts.CreateAccount(request, timeout=CALL_TIMEOUT_S)
        return answer.account.account_id

    async def key(
        self, account_id: str, *scopes: auth_pb2.ApiKeyScope.ValueType, daily_credits_max: int = 0
    ) -> Key:
        request = auth_pb2.CreateApiKeyRequest(
            account_id=account_id,
            display_name="a key",
            scopes=scopes,
            daily_credits_max=daily_credits_max,
        )
        answer = await self.accounts.CreateApiKey(request, timeout=CALL_TIMEOUT_S)
        return Key(account_id, answer.api_key.api_key_id, answer.secret)

    async def keys(self, account_id: str) -> list[auth_pb2.ApiKey]:
        """List an account's keys, newest first."""
        request = auth_pb2.ListApiKeysRequest(account_id=account_id)
        return list((await self.accounts.ListApiKeys(request, timeout=CALL_TIMEOUT_S)).api_keys)

    async def revoke(self, api_key_id: str) -> auth_pb2.ApiKey:
        request = auth_pb2.RevokeApiKeyRequest(api_key_id=api_key_id)
        return (await self.accounts.RevokeApiKey(request, timeout=CALL_TIMEOUT_S)).api_key

    async def rotate(
        self, api_key_id: str, overlap: timedelta = timedelta(0)
    ) -> auth_pb2.RotateApiKeyResponse:
        request = auth_pb2.RotateApiKeyRequest(api_key_id=api_key_id)
        request.overlap.FromTimedelta(overlap)
        return await self.accounts.RotateApiKey(request, timeout=CALL_TIMEOUT_S)

    async def suspend(self, reason: str = "tests", **target: str) -> None:
        """Suspend what is named, or resume it where there is no reason."""
        request = auth_pb2.SetSuspensionRequest(suspended=bool(reason), reason=reason)
        for field, value in target.items():
            setattr(request, field, value)
        await self.accounts.SetSuspension(request, timeout=CALL_TIMEOUT_S)

    async def site(self, account_id: str, domain: str) -> str:
        request = auth_pb2.CreateSiteRequest(account_id=account_id, domain=domain)
        answer = await self.accounts.CreateSite(request, timeout=CALL_TIMEOUT_S)
        return answer.site.site_id

    async def authorize(
        self, request: auth_pb2.AuthorizeRequest, timeout_s: float = CALL_TIMEOUT_S
    ) -> auth_pb2.AuthorizeResponse:
        return await self.auth.Authorize(request, timeout=timeout_s)

    async def batch(
        self, requests: list[auth_pb2.AuthorizeRequest]
    ) -> list[auth_pb2.AuthorizeResponse]:
        request = auth_pb2.BatchAuthorizeRequest(requests=requests)
        answer = await self.auth.BatchAuthorize(request, timeout=CALL_TIMEOUT_S)
        return list(answer.responses)

    async def set_policy(self, site_id: str, policy: str) -> None:
        """Set what a site's tags must carry: SAME_CARD or ANY."""
        request = auth_pb2.UpdateSiteRequest(
            site_id=site_id, tag_policy=auth_pb2.TagPolicy.Value(f"TAG_POLICY_{policy}")
        )
        request.update_mask.paths.append("tag_policy")
        await self.accounts.UpdateSite(request, timeout=CALL_TIMEOUT_S)

    async def complete(
        self,
        request: auth_pb2.AuthorizeRequest,
        evidence: str,
        final_url: str = "",
        *,
        card_exists: bool = False,
        canonical: auth_pb2.AuthorizeRequest | None = None,
    ) -> auth_pb2.AuthorizeResponse:
        """Tell what the page of request, a site's, showed: of itself, or as canonical."""
        completion = auth_pb2.CompleteVerificationRequest(
            site_id=request.site_id,
            page_url=request.page_url,
            client_address=request.client_address,
            card_digest=request.card_digest,
            canonical_url=canonical.page_url if canonical else "",
            canonical_card_digest=canonical.card_digest if canonical else b"",
            card_exists=card_exists,
            evidence=auth_pb2.VerificationEvidence.Value(f"VERIFICATION_EVIDENCE_{evidence}"),
            final_url=final_url or ("" if evidence == "PAGE_UNREACHABLE" else request.page_url),
        )
        answer = await self.auth.CompleteVerification(completion, timeout=CALL_TIMEOUT_S)
        return answer.authorization

    async def admit_new_card(
        self, site_id: str, address: str = ""
    ) -> auth_pb2.AdmitNewCardResponse:
        request = auth_pb2.AdmitNewCardRequest(
            site_id=site_id, client_address=address or new_address()
        )
        return await self.auth.AdmitNewCard(request, timeout=CALL_TIMEOUT_S)

    async def fill_failures(self, address: str) -> None:
        """Use up an address's failed attempts."""
        failing = auth_pb2.AuthorizeRequest(client_address=address)
        answers = await self.batch([failing] * 61)
        assert [decision(answer) for answer in answers[-2:]] == [
            "MISSING_CREDENTIALS",
            "RATE_LIMITED",
        ]


def by_key(secret: str, address: str = "") -> auth_pb2.AuthorizeRequest:
    """Ask with an API key."""
    return auth_pb2.AuthorizeRequest(api_key=secret, client_address=address or new_address())


def by_site(
    site_id: str, page_url: str, address: str = "", *, card: str = "a card"
) -> auth_pb2.AuthorizeRequest:
    """Ask with a site id for a card; for none as those do that know no digests."""
    return auth_pb2.AuthorizeRequest(
        site_id=site_id,
        page_url=page_url,
        client_address=address or new_address(),
        card_digest=digest_of(card),
    )
