# ruff: noqa: N802, ARG002 - names and signatures are the contract's
from __future__ import annotations

from typing import Any, TypeAlias

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_auth.identity.identities import Identities
from og_auth.identity.mailbox import Mailbox
from og_auth.identity_messages import from_session, to_browser

Call: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class IdentityServicer(auth_pb2_grpc.IdentityServiceServicer):
    """og.auth.v1.IdentityService."""

    def __init__(self, identities: Identities, mailbox: Mailbox) -> None:
        self._identities = identities
        self._mailbox = mailbox

    async def SignUp(
        self, request: auth_pb2.SignUpRequest, context: Call
    ) -> auth_pb2.SignUpResponse:
        """Create an account and sign its owner in."""
        browser = to_browser(request.browser)
        begun = await self._identities.sign_up(request.email, request.password, browser)
        session = from_session(begun.session, self._mailbox)
        return auth_pb2.SignUpResponse(session=session, session_token=begun.token.text)

    async def SignIn(
        self, request: auth_pb2.SignInRequest, context: Call
    ) -> auth_pb2.SignInResponse:
        """Sign somebody in."""
        browser = to_browser(request.browser)
        begun = await self._identities.sign_in(request.email, request.password, browser)
        session = from_session(begun.session, self._mailbox)
        return auth_pb2.SignInResponse(session=session, session_token=begun.token.text)

    async def GetSession(
        self, request: auth_pb2.GetSessionRequest, context: Call
    ) -> auth_pb2.GetSessionResponse:
        """Tell who is signed in."""
        session = await self._identities.session(request.session_token)
        return auth_pb2.GetSessionResponse(session=from_session(session, self._mailbox))

    async def SignOut(
        self, request: auth_pb2.SignOutRequest, context: Call
    ) -> auth_pb2.SignOutResponse:
        """End a session."""
        await self._identities.sign_out(request.session_token)
        return auth_pb2.SignOutResponse()
