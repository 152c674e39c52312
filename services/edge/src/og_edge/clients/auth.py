"""og.auth.v1.AuthService."""

from __future__ import annotations

from typing import Final

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.authorization import Account, Authorization, Credential, Decision, RateLimit
from og_edge.billing import Payer
from og_edge.clients.calls import answer_of
from og_edge.page import Page


class AuthClient:
    """Asks who a request comes from."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: auth_pb2_grpc.AuthServiceAsyncStub = auth_pb2_grpc.AuthServiceStub(channel)

    async def authorize(
        self, credential: Credential, client_address: str, page_url: str, timeout_s: float
    ) -> Authorization:
        """Ask who this is and count the request."""
        request = auth_pb2.AuthorizeRequest(client_address=client_address, page_url=page_url)
        if credential.api_key is not None:
            request.api_key = credential.api_key
        elif credential.site_id is not None:
            request.site_id = credential.site_id
        return _authorization(await answer_of(self._stub.Authorize(request, timeout=timeout_s)))

    async def admit_new_card(
        self, site_id: str, client_address: str, timeout_s: float
    ) -> Authorization:
        """Count a new card asked for by site, where that was asked for."""
        request = auth_pb2.AdmitNewCardRequest(site_id=site_id, client_address=client_address)
        answer = await answer_of(self._stub.AdmitNewCard(request, timeout=timeout_s))
        return Authorization(_DECISIONS[answer.decision], _rate_limit(answer.rate_limit))

    async def complete_verification(
        self,
        site_id: str,
        page_url: str,
        page: Page | None,
        *,
        tag_found: bool,
        client_address: str,
        timeout_s: float,
    ) -> Authorization:
        """Tell what the page showed (None: unreachable) and get the final decision."""
        if page is None:
            evidence = auth_pb2.VERIFICATION_EVIDENCE_PAGE_UNREACHABLE
        elif tag_found:
            evidence = auth_pb2.VERIFICATION_EVIDENCE_TAG_FOUND
        else:
            evidence = auth_pb2.VERIFICATION_EVIDENCE_TAG_MISSING
        request = auth_pb2.CompleteVerificationRequest(
            site_id=site_id,
            page_url=page_url,
            evidence=evidence,
            final_url=page.final_url if page else "",
            client_address=client_address,
        )
        call = self._stub.CompleteVerification(request, timeout=timeout_s)
        return _authorization((await answer_of(call)).authorization)


_DECISIONS: Final = {
    auth_pb2.Decision.Value(f"DECISION_{decision.name}"): decision for decision in Decision
}


def _authorization(response: auth_pb2.AuthorizeResponse) -> Authorization:
    return Authorization(
        decision=_DECISIONS[response.decision],
        rate_limit=_rate_limit(response.rate_limit),
        account=Account(response.account.account_id, response.account.ai_allowed)
        if response.HasField("account")
        else None,
        admits_new_cards_apart=response.admits_new_cards_apart,
        needs_verification=response.verification_state == auth_pb2.VERIFICATION_STATE_UNKNOWN,
        payer=Payer(
            response.payer.payer_id,
            response.payer.daily_credits_max,
            response.payer.daily_generations_max,
        )
        if response.HasField("payer")
        else None,
    )


def _rate_limit(message: auth_pb2.RateLimit) -> RateLimit:
    return RateLimit(
        limit=message.limit,
        remaining=message.remaining,
        # Rounded up: at that second a request passes.
        reset_unix_s=message.reset_time.seconds + (1 if message.reset_time.nanos else 0),
    )
