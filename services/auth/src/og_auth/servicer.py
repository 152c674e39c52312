# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_auth.decisions import Authorizer, Verdict
from og_auth.look_messages import from_standing, to_completed, to_own_look
from og_auth.messages import (
    from_admission,
    from_verdict,
    from_verdicts,
    to_attempt,
    to_attempts,
    to_client,
)
from og_auth.metrics import DECISIONS
from og_auth.owner_looks import OwnerLooks
from og_service.errors import InvalidRequestError

MAX_BATCH_REQUESTS: Final = 1_000

Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class AuthServicer(auth_pb2_grpc.AuthServiceServicer):
    """og.auth.v1.AuthService."""

    def __init__(self, authorizer: Authorizer, owner_looks: OwnerLooks) -> None:
        self._authorizer = authorizer
        self._owner_looks = owner_looks

    async def Authorize(
        self, request: auth_pb2.AuthorizeRequest, context: Call
    ) -> auth_pb2.AuthorizeResponse:
        """Decide about one request: a batch of one."""
        [verdict] = await self._authorizer.authorize([to_attempt(request)])
        _count("Authorize", [verdict])
        return from_verdict(verdict)

    async def BatchAuthorize(
        self, request: auth_pb2.BatchAuthorizeRequest, context: Call
    ) -> auth_pb2.BatchAuthorizeResponse:
        """Decide about many requests."""
        if not 1 <= len(request.requests) <= MAX_BATCH_REQUESTS:
            raise InvalidRequestError("requests", f"Send 1 to {MAX_BATCH_REQUESTS:,}.")
        verdicts = await self._authorizer.authorize(to_attempts(request.requests))
        _count("BatchAuthorize", verdicts)
        return from_verdicts(verdicts)

    async def CompleteVerification(
        self, request: auth_pb2.CompleteVerificationRequest, context: Call
    ) -> auth_pb2.CompleteVerificationResponse:
        """Decide about a request whose page was looked at."""
        attempt, report = to_completed(request)
        verdict = await self._authorizer.complete_verification(attempt, report)
        _count("CompleteVerification", [verdict])
        return auth_pb2.CompleteVerificationResponse(authorization=from_verdict(verdict))

    async def RecordVerification(
        self, request: auth_pb2.RecordVerificationRequest, context: Call
    ) -> auth_pb2.RecordVerificationResponse:
        """Remember what the owner's own look at a page showed."""
        look = to_own_look(request)
        standing = await self._owner_looks.record(request.account_id, request.site_id, look)
        return from_standing(standing)

    async def AdmitNewCard(
        self, request: auth_pb2.AdmitNewCardRequest, context: Call
    ) -> auth_pb2.AdmitNewCardResponse:
        """Decide about a new card asked for by site."""
        if not request.site_id:
            raise InvalidRequestError("site_id", "Send what Authorize was asked about.")
        client = to_client(request.client_address, "client_address")
        verdict = await self._authorizer.admit_new_card(client, request.site_id)
        _count("AdmitNewCard", [verdict])
        return from_admission(verdict)


def _count(rpc: str, verdicts: Iterable[Verdict]) -> None:
    for decision, times in Counter([verdict.decision for verdict in verdicts]).items():
        DECISIONS.labels(rpc, decision.name).inc(times)
