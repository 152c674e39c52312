"""og.auth.v1.AuthService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.authorization import (
    Account,
    Authorization,
    Decision,
    Inquiry,
    RateLimit,
    Scope,
    Verification,
)
from og_edge.billing import Payer
from og_edge.clients.calls import answer_of
from og_edge.judging import Evidence
from og_edge.own_looks import OwnLook, Standing
from og_edge.verdicts import Finding

AUTHORIZE_TIMEOUT_S: Final = 2.0
MAX_API_KEY_CHARS: Final = 256
"""Auth takes no longer ones; none that is good is half as long."""
MAX_SESSION_TOKEN_CHARS: Final = 256
"""The same."""


class AuthClient:
    """Asks who requests come from."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: auth_pb2_grpc.AuthServiceAsyncStub = auth_pb2_grpc.AuthServiceStub(channel)

    async def authorize(self, inquiry: Inquiry) -> Authorization:
        """Ask who this is and count the request."""
        [authorization] = await self.authorize_all([inquiry])
        return authorization

    async def authorize_all(self, inquiries: Sequence[Inquiry]) -> Sequence[Authorization]:
        """Ask who each is and count it, in their order."""
        batch = auth_pb2.BatchAuthorizeRequest(requests=map(_to_request, inquiries))
        answer = await answer_of(self._stub.BatchAuthorize(batch, timeout=AUTHORIZE_TIMEOUT_S))
        return [_authorization(each) for each in answer.responses]

    async def admit_new_card(
        self, site_id: str, client_address: str, timeout_s: float
    ) -> Authorization:
        """Count a new card asked for by site, where that was asked for."""
        request = auth_pb2.AdmitNewCardRequest(site_id=site_id, client_address=client_address)
        answer = await answer_of(self._stub.AdmitNewCard(request, timeout=timeout_s))
        return Authorization(_DECISIONS[answer.decision], _rate_limit(answer.rate_limit))

    async def complete_verification(
        self, finding: Finding, client_address: str, timeout_s: float
    ) -> Authorization:
        """Tell what a look showed and get the final decision."""
        request = auth_pb2.CompleteVerificationRequest(
            site_id=finding.site_id,
            page_url=finding.page_url,
            evidence=_EVIDENCE[finding.evidence],
            final_url=finding.final_url,
            client_address=client_address,
            card_digest=finding.card_digest,
            canonical_url=finding.canonical_url,
            canonical_card_digest=finding.canonical_card_digest,
            card_exists=finding.card_exists,
        )
        call = self._stub.CompleteVerification(request, timeout=timeout_s)
        return _authorization((await answer_of(call)).authorization)

    async def record_verification(self, look: OwnLook, timeout_s: float) -> Standing:
        """Remember what the owner's own look showed; tell where the page stands.

        Raises InvalidSiteError where the account has no such site.
        """
        request = auth_pb2.RecordVerificationRequest(**vars(look))
        call = self._stub.RecordVerification(request, timeout=timeout_s)
        answer = await answer_of(call)
        return Standing(
            is_of_site=answer.belongs_to_site,
            any_tag_will_do=answer.tag_policy == auth_pb2.TAG_POLICY_ANY,
        )


_DECISIONS: Final = {
    auth_pb2.Decision.Value(f"DECISION_{decision.name}"): decision for decision in Decision
}
_VERIFICATIONS: Final = {
    auth_pb2.VerificationState.Value(f"VERIFICATION_STATE_{state.name}"): state
    for state in Verification
}
_EVIDENCE: Final = {
    evidence: auth_pb2.VerificationEvidence.Value(f"VERIFICATION_EVIDENCE_{evidence.name}")
    for evidence in Evidence
}
_SCOPES: Final = {
    scope: auth_pb2.ApiKeyScope.Value(f"API_KEY_SCOPE_{scope.name}") for scope in Scope
}


def _authorization(response: auth_pb2.AuthorizeResponse) -> Authorization:
    account = payer = None
    if response.HasField("account"):
        named = response.account
        account = Account(named.account_id, named.ai_allowed)
    if response.HasField("payer"):
        paid = response.payer
        payer = Payer(paid.payer_id, paid.daily_credits_max, paid.daily_generations_max)
    return Authorization(
        decision=_DECISIONS[response.decision],
        rate_limit=_rate_limit(response.rate_limit),
        account=account,
        verification=_VERIFICATIONS[response.verification_state],
        canonical_url=response.canonical_url,
        payer=payer,
        admits_new_cards_apart=response.admits_new_cards_apart,
        serves_fallback=response.serves_fallback,
    )


def _rate_limit(message: auth_pb2.RateLimit) -> RateLimit:
    reset = message.reset_time
    # Rounded up: at that second a request passes.
    reset_unix_s = reset.seconds + (1 if reset.nanos else 0)
    return RateLimit(message.limit, message.remaining, reset_unix_s, message.counts_failures)


def _to_request(inquiry: Inquiry) -> auth_pb2.AuthorizeRequest:
    credential = inquiry.credential
    request = auth_pb2.AuthorizeRequest(
        client_address=inquiry.client_address,
        page_url=inquiry.page_url,
        card_digest=inquiry.card_digest,
        scope=_SCOPES[inquiry.scope],
    )
    if credential.api_key is not None:
        request.api_key = credential.api_key[:MAX_API_KEY_CHARS]
    elif credential.site_id is not None:
        request.site_id = credential.site_id
    elif credential.session_token is not None:
        request.session_token = credential.session_token[:MAX_SESSION_TOKEN_CHARS]
    return request
